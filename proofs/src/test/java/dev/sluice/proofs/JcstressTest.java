/*
 * SPDX-FileCopyrightText: The Sluice authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.sluice.proofs;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** The classes of {@code MemoryOrder} and {@code MemoryOrderOfTables} under JCStress. Without its control, that nothing forbidden is seen would say little. */
@Tag("slow")
final class JcstressTest {
    @Test
    void noForbiddenOutcomeIsSeen() throws Exception {
        Program.Ended run = jcstress("MemoryOrder", "quick");
        assertThat(run.printed())
                .contains("Failed tests: No matches.", "Error tests: No matches.", "remaining tests: 9 matching");
        assertThat(run.code()).isZero();
    }

    @Test
    void aMissingOrderIsSeen() throws Exception {
        Program.Ended run = jcstress("MissingOrder", "quick");
        assertThat(run.printed()).contains("the last token was given twice");
        assertThat(run.code()).isNotZero();
    }

    private static Program.Ended jcstress(String tests, String mode) throws Exception {
        return Program.runToAnyEnd(
                Files.createDirectories(Path.of("target/jcstress", tests)),
                Duration.ofMinutes(8),
                List.of(
                        Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                        "--enable-native-access=ALL-UNNAMED",
                        "-cp",
                        System.getProperty("java.class.path"),
                        "org.openjdk.jcstress.Main",
                        "-m",
                        mode,
                        "-sc",
                        "false",
                        "-t",
                        tests,
                        "-r",
                        "report"));
    }
}
