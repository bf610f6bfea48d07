/*
 * SPDX-FileCopyrightText: The Sluice authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.sluice.server;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class LogLinesTest {
    private static final String LINE =
            "\\d{4}-\\d\\d-\\d\\dT\\d\\d:\\d\\d:\\d\\d\\.\\d{3}(Z|[+-]\\d\\d:\\d\\d) (INFO |WARN ) \\w+ .+";

    @TempDir
    private Path folder;

    /** What a server that starts and stops writes to standard error. */
    private String errors(Map<String, String> environment) throws Exception {
        try (var server = ChildServer.start(
                folder, environment, "start --admin-port 0 --http-port 0 --https-port 0 --data-dir d".split(" "))) {
            assertThat(server.line()).startsWith("sluice ready ");
            server.signal("TERM");
            var ended = server.result();
            assertThat(ended.exitCode()).isZero();
            return ended.err();
        }
    }

    @Test
    void eachEventIsOneLineWithTimeLevelAndSource() throws Exception {
        assertThat(errors(Map.of()).lines())
                .isNotEmpty()
                .allMatch(line -> line.matches(LINE), LINE)
                .anyMatch(line -> line.endsWith("INFO  StartCommand stopping"));
    }

    @Test
    void aFileOfTheOperatorsComesFirst() throws Exception {
        var file = Files.writeString(folder.resolve("own.xml"), """
                <configuration>
                  <appender name="own" class="ch.qos.logback.core.ConsoleAppender">
                    <target>System.err</target>
                    <encoder><pattern>own %msg%n</pattern></encoder>
                  </appender>
                  <root level="INFO"><appender-ref ref="own"/></root>
                </configuration>
                """);
        var told = errors(Map.of("JAVA_TOOL_OPTIONS", "-Dlogback.configurationFile=" + file));
        assertThat(told.lines().skip(1)).contains("own stopping").allMatch(line -> line.startsWith("own "));
    }
}
