/*
 * SPDX-FileCopyrightText: The Sluice authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.sluice.functions;

import static dev.sluice.functions.FunctionsFixture.report;
import static dev.sluice.functions.FunctionsFixture.text;
import static org.assertj.core.api.Assertions.assertThat;

import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

final class LogTest {
    @TempDir
    Path folder;

    private FunctionsFixture fixture;

    @BeforeEach
    void open() {
        fixture = new FunctionsFixture(folder);
    }

    @AfterEach
    void close() {
        fixture.close();
    }

    @Test
    void theTailHoldsThePlatformsLinesAndTheFunctionsOwn() {
        var function = fixture.python("""
                import os, subprocess, sys
                def handle(event, context):
                    print('from print')
                    print('from stderr', file=sys.stderr)
                    os.write(1, b'from write\\n')
                    subprocess.run(['echo', 'from a child'])
                    print('no line feed', end='')
                """);
        String first = tail(function.callWithTail("{}", "id-1"));
        assertThat(first.lines())
                .startsWith("START RequestId: id-1 Version: $LATEST", "from print", "from stderr", "from write")
                .contains("from a child", "no line feed", "END RequestId: id-1");
        assertThat(first)
                .containsPattern(
                        "REPORT RequestId: id-1\tDuration: [0-9.]+ ms\tBilled Duration: [0-9]+ ms\tMemory Size: 128 MB"
                                + "\tMax Memory Used: [0-9]+ MB\tInit Duration: [0-9.]+ ms");
        String second = tail(function.callWithTail("{}", "id-2"));
        assertThat(second.lines()).startsWith("START RequestId: id-2 Version: $LATEST", "from print");
        assertThat(second).doesNotContain("id-1", "Init Duration");
        assertThat(fixture.logLines).containsSubsequence("no line feed", "END RequestId: id-1", "from print");
    }

    @Test
    void aLineIsNeverCountedToTheNextCall() {
        var function = fixture.python("def handle(event, context): print('call', event)");
        for (int call = 0; call < 200; call++) {
            assertThat(tail(function.callWithTail("" + call, "id"))
                            .lines()
                            .skip(1)
                            .findFirst())
                    .contains("call " + call);
        }
    }

    @Test
    void theTailEndsAtFourKibibytes() {
        var function = fixture.python("def handle(event, context):\n  for i in range(1000): print('line', i)");
        byte[] tail = report(function.callWithTail("{}", "id")).logTail();
        assertThat(tail).hasSize(4096);
        assertThat(new String(tail, StandardCharsets.UTF_8)).contains("line 999\nEND");
    }

    @Test
    void loggingHasLambdasFormat() {
        var function = fixture.python("""
                import logging
                logging.getLogger().setLevel('INFO')
                def handle(event, context): logging.info('told %s', 'you')
                """);
        assertThat(tail(function.callWithTail("{}", "id-9")))
                .containsPattern("\\[INFO\\]\t\\d{4}-\\d\\d-\\d\\dT\\d\\d:\\d\\d:\\d\\d\\.\\d{3}Z\tid-9\ttold you\n");
    }

    @Test
    void anExceptionIsLogged() {
        var function = fixture.python("def handle(event, context): raise KeyError('x')");
        assertThat(tail(function.callWithTail("{}", "id")))
                .contains("[ERROR] KeyError: 'x'\nTraceback", "line 1, in handle");
    }

    @Test
    void endlessOutputIsBoundedAndEndsWithTheCall() {
        var function = fixture.python("def handle(event, context):\n  while True: print('x' * 1000)")
                .timeout(Duration.ofSeconds(1));
        InvokeResult result = function.call("{}");
        assertThat(text(result)).contains("Task timed out after 1.00 seconds");
        long kept = fixture.logLines.stream().mapToLong(String::length).sum();
        assertThat(kept).isBetween(500_000L, 1_100_000L);
        assertThat(fixture.logLines).anyMatch(line -> line.matches("\\[sluice: \\d+ bytes of log dropped]"));
    }

    @Test
    void aLineWithoutEndIsSplit() {
        var function = fixture.python("def handle(event, context): print('y' * 300_000)");
        function.callWithTail("{}", "id");
        assertThat(fixture.logLines.stream()
                        .filter(line -> line.startsWith("y"))
                        .map(String::length))
                .containsExactly(262_144, 300_000 - 262_144);
    }

    private static String tail(InvokeResult result) {
        return new String(report(result).logTail(), StandardCharsets.UTF_8);
    }
}
