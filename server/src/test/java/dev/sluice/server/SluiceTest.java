/*
 * SPDX-FileCopyrightText: The Sluice authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.sluice.server;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.server.folder.ServerFile;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

@Timeout(60)
class SluiceTest {
    private static final Pattern READY = Pattern.compile(
            "sluice ready admin=(http://127\\.0\\.0\\.1:\\d+) http=(http://\\S+) https=(https?://\\S+)");
    private static final String[] FREE_PORTS = {
        "start", "--admin-port", "0", "--http-port", "0", "--https-port=0", "--data-dir", "d"
    };

    @TempDir
    private Path folder;

    @ParameterizedTest
    @ValueSource(strings = {"TERM", "INT"})
    void printsOneReadyLineAndEndsWithZeroOnASignal(String signal) throws Exception {
        try (var server = ChildServer.start(folder, Map.of(), FREE_PORTS)) {
            var ready = READY.matcher(server.line());
            assertThat(ready.matches()).isTrue();
            var file = ServerFile.read(folder.resolve("d")).orElseThrow();
            assertThat(file.pid()).isEqualTo(server.pid());
            assertThat(file.admin()).hasToString(ready.group(1));
            server.signal(signal);
            var result = server.result();
            assertThat(result.exitCode()).isZero();
            assertThat(result.out()).isEmpty();
            assertThat(result.err()).doesNotContain("Exception");
            assertThat(ServerFile.in(folder.resolve("d"))).doesNotExist();
        }
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
            start --http-port many | sluice: http.port: "many" in --http-port (expected: a whole number from 0 to 65535)
            start --prot 1         | sluice: --prot: no such option (docs/settings.md lists them)
            start --http-port      | sluice: --http-port: no value (expected: --http-port VALUE)
            start now              | sluice: now: not an option (expected: --name VALUE)
            start --region=a-b-1 --region=a-b-1 | sluice: --region: given twice (expected: once)
            start --config none    | sluice: none: cannot be read (expected: a readable settings file)
            fly                    | sluice: fly: unknown command (expected: start, env, demo, why, doctor or version)
            env --http-port 1      | sluice: --http-port: no option of env
            why                    | sluice: why: no request id (expected: why REQUEST-ID)
            why 12                 | sluice: 12: not a request id (expected: the x-amzn-RequestId of an answer, like 01234567-89ab-4cde-8f01-23456789abcd)
            why 1 2                | sluice: 2: not an option (expected: --name VALUE)
            why 1 --exit           | sluice: --exit: no option of why
            """)
    void aMistakeIsOneLineAndExitCodeOne(String arguments, String line) throws Exception {
        var result = ChildServer.run(folder, Map.of(), arguments.split(" "));
        assertThat(result.err()).isEqualTo(line + "\n");
        assertThat(result.out()).isEmpty();
        assertThat(result.exitCode()).isEqualTo(1);
    }

    @Test
    void aPortInUseIsOneLineAndExitCodeOne() throws Exception {
        try (var taken = new ServerSocket(0)) {
            var port = Integer.toString(taken.getLocalPort());
            var result = ChildServer.run(
                    folder, Map.of("SLUICE_HTTP_PORT", "0", "SLUICE_HTTPS_PORT", "0"), "start", "--admin-port", port);
            assertThat(result.exitCode()).isEqualTo(1);
            assertThat(result.err()).contains(port).contains("in use").doesNotContain("\tat ");
            assertThat(result.err().lines().filter(text -> text.startsWith("sluice: ")))
                    .hasSize(1);
        }
    }

    @Test
    void aDataFolderThatIsAFileIsOneLine() throws Exception {
        Files.writeString(folder.resolve("file"), "");
        var result = ChildServer.run(folder, Map.of(), "start", "--data-dir", "file/below");
        assertThat(result.exitCode()).isEqualTo(1);
        assertThat(result.err()).startsWith("sluice: ").contains("file/below").hasLineCount(1);
    }

    @Test
    void envWithoutAServerSaysSo() throws Exception {
        var result = ChildServer.run(folder, Map.of(), "env", "--data-dir", "d");
        assertThat(result.exitCode()).isEqualTo(1);
        assertThat(result.out()).isEmpty();
        assertThat(result.err())
                .isEqualTo(
                        "sluice: no server is running on " + folder.toRealPath().resolve("d") + "\n");
    }

    @Test
    void doctorSaysWhatIsMissing() throws Exception {
        try (var taken = new ServerSocket(0)) {
            var busy = ChildServer.run(
                    folder,
                    Map.of("SLUICE_HTTP_PORT", "0", "SLUICE_HTTPS_PORT", "0"),
                    "doctor",
                    "--admin-port",
                    Integer.toString(taken.getLocalPort()));
            assertThat(busy.exitCode()).isEqualTo(1);
            assertThat(busy.out()).contains("missing  admin listener on 127.0.0.1:" + taken.getLocalPort());
        }
        var well = ChildServer.run(
                folder, Map.of("SLUICE_HTTP_PORT", "0", "SLUICE_HTTPS_PORT", "0"), "doctor", "--admin-port", "0");
        assertThat(well.exitCode()).isZero();
        assertThat(well.out()).contains("ok       the settings can be used").doesNotContain("missing");
    }

    @Test
    void aRehearsalStartsAndUsesAServerAndLeavesNothing() throws Exception {
        var result = ChildServer.run(folder, Map.of("JAVA_TOOL_OPTIONS", "-Djava.io.tmpdir=" + folder), "rehearse");
        assertThat(result.err()).doesNotContain("Exception").doesNotContain("sluice: ");
        assertThat(result.exitCode()).isZero();
        assertThat(result.out()).isEmpty();
        assertThat(folder.toFile().list((_, name) -> name.startsWith("sluice-")))
                .isEmpty();
    }

    @Test
    void tellsItsVersion() throws Exception {
        assertThat(ChildServer.run(folder, Map.of(), "version").out()).matches("sluice \\d+\\.\\d+\\.\\d+\\S*\n");
    }
}
