/*
 * SPDX-FileCopyrightText: The Sluice authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.sluice.proofs;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.TimeUnit;

/** One run of another program in a folder, bounded in time; what it printed is kept in the folder too. */
final class Program {
    private Program() {}

    /** What it printed to both outputs; fails where the program is missing, takes too long or ends with another code than 0. */
    static String run(Path folder, Duration most, List<String> command) throws IOException, InterruptedException {
        Ended ended = runToAnyEnd(folder, most, command);
        assertThat(ended.code()).as("%s: %s", command, ended.printed()).isZero();
        return ended.printed();
    }

    static Ended runToAnyEnd(Path folder, Duration most, List<String> command)
            throws IOException, InterruptedException {
        Path output = folder.resolve(Path.of(command.getFirst()).getFileName() + ".out");
        Process process;
        try {
            process = new ProcessBuilder(command)
                    .directory(folder.toFile())
                    .redirectErrorStream(true)
                    .redirectOutput(output.toFile())
                    .start();
        } catch (IOException e) {
            throw new AssertionError(
                    command.getFirst() + " is missing, which this proof needs (Debian: apt-get install spin gcc)", e);
        }
        boolean ended;
        try {
            ended = process.waitFor(most.toMillis(), TimeUnit.MILLISECONDS);
        } finally {
            process.descendants().forEach(ProcessHandle::destroyForcibly);
            process.destroyForcibly();
        }
        String printed = Files.readString(output, UTF_8);
        assertThat(ended).as("%s ends within %s: %s", command, most, printed).isTrue();
        return new Ended(process.exitValue(), printed);
    }

    record Ended(int code, String printed) {}
}
