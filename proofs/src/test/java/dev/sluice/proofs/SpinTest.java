/*
 * SPDX-FileCopyrightText: The Sluice authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.sluice.proofs;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * The models of {@code src/test/spin}, searched to the end by Spin: two-phase admission keeps the envelope, consume-then-refund does not.
 * A proof that finds nothing wrong anywhere proves nothing, so wrong variants of the two phases have to be found as well.
 */
@Tag("slow")
final class SpinTest {
    private static final Path MODELS = Path.of("src/test/spin").toAbsolutePath();
    private static final Pattern ERRORS = Pattern.compile("errors: (\\d+)");
    private static final Pattern STATES = Pattern.compile("(\\d+) states, stored");
    private static final Pattern SECONDS = Pattern.compile("elapsed time (\\S+) seconds");

    @TempDir
    private Path folder;

    @ParameterizedTest
    @ValueSource(
            strings = {
                "-DPROCS=2 -DOPS=2 -DBURST=1",
                "-DPROCS=2 -DOPS=2 -DBURST=2",
                "-DPROCS=3 -DOPS=1 -DBURST=2",
                "-DPROCS=3 -DOPS=2 -DBURST=1",
                "-DPROCS=3 -DOPS=2 -DBURST=2"
            })
    void twoPhasesKeepTheEnvelope(String size) throws Exception {
        assertThat(errors("two-phase.pml", size)).isZero();
    }

    @ParameterizedTest
    @ValueSource(strings = {"-DSTALE_STAMP", "-DTAT_FIRST", "-DRELEASE_FIRST"})
    void eachStepOfTheTwoPhasesIsNeeded(String mutant) throws Exception {
        assertThat(errors("two-phase.pml", mutant)).isEqualTo(1);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "-DPROCS=2 -DOPS=2 -DKEY_BURST=1 -DBURST=1",
                "-DPROCS=2 -DOPS=2 -DKEY_BURST=2 -DBURST=2",
                "-DPROCS=3 -DOPS=1 -DKEY_BURST=1 -DBURST=2",
                "-DPROCS=3 -DOPS=1 -DKEY_BURST=2 -DBURST=1"
            })
    void aKeysWordBetweenReservationAndCommitKeepsBothEnvelopes(String size) throws Exception {
        assertThat(errors("keyed.pml", size)).isZero();
    }

    @Test
    void chargingTheKeyFirstIsUnsafe() throws Exception {
        assertThat(errors("keyed.pml", "-DKEY_FIRST -DPROCS=3 -DOPS=1 -DBURST=2"))
                .isEqualTo(1);
    }

    @Test
    void consumeThenRefundIsUnsafe() throws Exception {
        assertThat(errors("refund.pml", "")).isEqualTo(1);
    }

    @Test
    void givingBackOnlyWhatNobodyHasTouchedIsSafe() throws Exception {
        assertThat(errors("refund.pml", "-DUNDO_UNCHANGED -DOPS=2")).isZero();
    }

    /** 1 at the first violation, 0 when the whole state space is free of them; fails where the search was cut short. */
    private int errors(String model, String defines) throws IOException, InterruptedException {
        List<String> spin = new ArrayList<>(List.of("spin"));
        spin.addAll(defines.isEmpty() ? List.of() : List.of(defines.split(" ", -1)));
        spin.addAll(List.of("-a", MODELS.resolve(model).toString()));
        Duration most = Duration.ofMinutes(5);
        Program.run(folder, most, spin);
        Program.run(
                folder,
                most,
                List.of("gcc", "-O2", "-w", "-DSAFETY", "-DCOLLAPSE", "-DMEMLIM=2048", "-o", "pan", "pan.c"));
        String printed = Program.run(folder, most, List.of(folder.resolve("pan").toString(), "-m10000"));
        int errors = Integer.parseInt(find(ERRORS, printed));
        System.out.printf(
                "SpinTest: %s %s: %s states, %s errors, %s s%n",
                model, defines, find(STATES, printed), errors, find(SECONDS, printed));
        assertThat(printed).doesNotContain("max search depth too small", "out of memory", "memory limit");
        assertThat(printed.contains("Search not completed")).as(printed).isEqualTo(errors > 0);
        return errors;
    }

    private static String find(Pattern pattern, String printed) {
        Matcher matcher = pattern.matcher(printed);
        assertThat(matcher.find()).as("%s in: %s", pattern, printed).isTrue();
        return matcher.group(1);
    }
}
