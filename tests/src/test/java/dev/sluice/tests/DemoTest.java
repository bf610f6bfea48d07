/*
 * SPDX-FileCopyrightText: The Sluice authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.sluice.tests;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** {@code ./sluice demo --exit}: a stranger's first command. */
class DemoTest {
    @Test
    void theDemoHoldsEveryBoundAndCleansUp(@TempDir Path folder) {
        Project.Output demo = Project.run(folder, Map.of(), Project.launcher(), "demo", "--exit");
        assertThat(demo.status()).as(demo.output() + demo.errors()).isZero();
        assertThat(demo.output())
                .containsIgnoringCase("premium")
                .containsIgnoringCase("basic")
                .contains("429");
    }
}
