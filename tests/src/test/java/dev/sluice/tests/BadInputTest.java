/*
 * SPDX-FileCopyrightText: The Sluice authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.sluice.tests;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import software.amazon.awssdk.core.SdkBytes;

/** What is wrong gets one clear error and leaves nothing half-done. */
class BadInputTest {
    @Test
    void badCallsLeaveNothingBehind(@TempDir Path folder) {
        try (RunningServer server = RunningServer.start(folder.resolve("data"))) {
            Aws aws = server.aws();
            String role = LambdaApi.role(server, "good");

            assertThatThrownBy(() -> aws.lambda()
                            .createFunction(r -> r.functionName("f")
                                    .runtime("python3.13")
                                    .role(role)
                                    .handler("lambda_function.lambda_handler")
                                    .code(c -> c.zipFile(SdkBytes.fromUtf8String("this is no zip")))))
                    .hasMessageContaining("Could not unzip uploaded file");
            assertThatThrownBy(() ->
                            LambdaApi.function(server, "f", "arn:aws:iam::" + Aws.ACCOUNT + ":role/absent", "pass"))
                    .hasMessageContaining("The role defined for the function cannot be assumed by Lambda.");
            assertThat(aws.lambda().listFunctions().functions()).isEmpty();

            assertThatThrownBy(() -> aws.apigateway()
                            .createUsagePlan(r -> r.name("negative").throttle(MockApi.throttle(-1, 5))))
                    .hasMessageContaining("-1");
            assertThat(aws.apigateway().getUsagePlans().items()).isEmpty();
        }
    }

    @Test
    void aHandlerThatDoesNotExistFailsTheCallAndNothingElse(@TempDir Path folder) {
        try (RunningServer server = RunningServer.start(folder.resolve("data"))) {
            LambdaApi.function(server, "f", LambdaApi.role(server, "good"), "x = 1\n");
            var answer = server.aws().lambda().invoke(r -> r.functionName("f").payload(SdkBytes.fromUtf8String("{}")));
            assertThat(answer.functionError()).isEqualTo("Unhandled");
            assertThat(answer.payload().asUtf8String())
                    .contains("Runtime.HandlerNotFound")
                    .contains("lambda_handler");
        }
    }

    @Test
    void aPortInUseIsNamed(@TempDir Path folder) throws IOException {
        try (ServerSocket taken = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            String port = Integer.toString(taken.getLocalPort());
            assertRefused(
                    RunningServer.startAndEnd(folder.resolve("a"), "--http-host", "127.0.0.1", "--http-port", port),
                    port);
            assertRefused(RunningServer.startAndEnd(folder.resolve("b"), "--admin-port", port), port);
        }
    }

    @Test
    void aFolderInUseIsNamed(@TempDir Path folder) {
        Path data = folder.resolve("data");
        try (RunningServer server = RunningServer.start(data)) {
            assertRefused(RunningServer.startAndEnd(data), data.toString());
            assertThat(server.aws().sts().getCallerIdentity().account()).isEqualTo(Aws.ACCOUNT);
        }
    }

    @Test
    void aFolderOfANewerVersionIsLeftAlone(@TempDir Path folder) throws Exception {
        Path data = folder.resolve("data");
        RunningServer.start(data).close();
        setVersion(data.resolve("config.db"), 999);
        assertRefused(RunningServer.startAndEnd(data), "999");
    }

    @Test
    void aWrongMasterKeyIsRefused(@TempDir Path folder) throws IOException {
        Path data = folder.resolve("data");
        RunningServer.start(data).close();
        byte[] key = Files.readAllBytes(data.resolve("master.key"));
        byte[] wrong = key.clone();
        wrong[0] ^= 1;
        Files.write(data.resolve("master.key"), wrong);
        assertRefused(RunningServer.startAndEnd(data), "master key");
        Files.delete(data.resolve("master.key"));
        assertRefused(RunningServer.startAndEnd(data), "master key");
        assertThat(data.resolve("master.key")).doesNotExist();
        Files.write(data.resolve("master.key"), key);
        RunningServer.start(data).close();
    }

    @Test
    void aBrokenSettingsFileIsNamed(@TempDir Path folder) throws IOException {
        for (List<String> broken : List.of(
                List.of("http: [unclosed", "sluice.yaml"),
                List.of("http:\n  prot: 80\n", "http.prot"),
                List.of("limits:\n  accountRate: many\n", "many"))) {
            Files.writeString(folder.resolve("sluice.yaml"), broken.get(0), StandardCharsets.UTF_8);
            RunningServer.Ended ended = RunningServer.startAndEnd(folder.resolve("data"));
            assertRefused(ended, broken.get(1));
            assertThat(folder.resolve("data")).doesNotExist();
        }
    }

    private static void assertRefused(RunningServer.Ended ended, String named) {
        assertThat(ended.status()).as(ended.errors()).isEqualTo(1);
        assertThat(ended.output()).isEmpty();
        assertThat(ended.errors()).contains(named).doesNotContain("\tat ");
        assertThat(ended.errors().lines().filter(line -> line.startsWith("sluice:")))
                .hasSize(1);
    }

    private static void setVersion(Path database, int version) throws SQLException {
        try (Connection connection = DriverManager.getConnection("jdbc:sqlite:" + database);
                Statement statement = connection.createStatement()) {
            statement.execute("PRAGMA user_version = " + version);
        }
    }
}
