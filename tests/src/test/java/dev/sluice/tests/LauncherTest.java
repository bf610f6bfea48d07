/*
 * SPDX-FileCopyrightText: The Sluice authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.sluice.tests;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The launcher's contract, on which scripts build. */
class LauncherTest {
    @Test
    void envPrintsWhatClientsNeedAndSaysWhenNobodyRuns(@TempDir Path folder) throws Exception {
        Path data = folder.resolve("data");
        try (RunningServer server = RunningServer.start(data)) {
            Map<String, String> variables = server.environment();
            assertThat(variables)
                    .containsKeys(
                            "AWS_ENDPOINT_URL",
                            "AWS_ACCESS_KEY_ID",
                            "AWS_SECRET_ACCESS_KEY",
                            "AWS_REGION",
                            "AWS_DEFAULT_REGION",
                            "AWS_SHARED_CREDENTIALS_FILE",
                            "SLUICE_HTTP_URL",
                            "SLUICE_HTTPS_URL")
                    .containsEntry("AWS_ENDPOINT_URL", server.admin().toString())
                    .containsEntry("SLUICE_HTTP_URL", server.http().toString());
            Project.Output region = Project.run(folder, variables, "aws", "configure", "get", "region");
            assertThat(region.output().strip()).isEqualTo(Aws.REGION);
            assertThat(Http.get(server.admin() + "/health").statusCode()).isEqualTo(200);
            assertThat(Http.get(server.admin() + "/metrics").body()).contains("# TYPE");
            assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(data.resolve("credentials"))))
                    .isEqualTo("rw-------");
            assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(data.resolve("master.key"))))
                    .isEqualTo("rw-------");
            assertThat(data.resolve("server.json")).exists();
            assertThat(server.stop()).isZero();
            assertThat(data.resolve("server.json")).doesNotExist();
        }
        Project.Output none = env(folder, data);
        assertThat(none.status()).isEqualTo(1);
        assertThat(none.output()).isEmpty();
        assertThat(none.errors()).contains("no server").contains(data.toString());
    }

    @Test
    void envIsNotFooledByAKilledServer(@TempDir Path folder) {
        Path data = folder.resolve("data");
        try (RunningServer server = RunningServer.start(data)) {
            server.kill();
        }
        assertThat(data.resolve("server.json")).exists();
        assertThat(env(folder, data).status()).isEqualTo(1);
    }

    @Test
    void credentialsStayTheSameOverRestarts(@TempDir Path folder) {
        Path data = folder.resolve("data");
        Map<String, String> first;
        try (RunningServer server = RunningServer.start(data)) {
            first = Aws.profile(server.folder().resolve("credentials"));
        }
        try (RunningServer server = RunningServer.start(data)) {
            assertThat(Aws.profile(server.folder().resolve("credentials"))).isEqualTo(first);
            assertThat(server.aws().sts().getCallerIdentity().account()).isEqualTo(Aws.ACCOUNT);
        }
    }

    @Test
    void accountAndRegionAreTheOnesAskedFor(@TempDir Path folder) {
        try (RunningServer server = RunningServer.start(
                        folder.resolve("data"), "--account", "999988887777", "--region", "eu-central-1");
                Aws aws = Aws.of(
                        server.admin(),
                        software.amazon.awssdk.regions.Region.EU_CENTRAL_1,
                        software.amazon.awssdk.auth.credentials.AwsBasicCredentials.create(
                                server.environment().getOrDefault("AWS_ACCESS_KEY_ID", ""),
                                server.environment().getOrDefault("AWS_SECRET_ACCESS_KEY", "")))) {
            assertThat(aws.sts().getCallerIdentity().account()).isEqualTo("999988887777");
        }
    }

    @Test
    void versionHelpAndUnknownCommandsAnswer(@TempDir Path folder) {
        assertThat(Project.run(folder, Map.of(), Project.launcher(), "version").output())
                .contains("0.1.0");
        assertThat(Project.run(folder, Map.of(), Project.launcher(), "help").output())
                .contains("start", "why", "demo", "env");
        Project.Output unknown = Project.run(folder, Map.of(), Project.launcher(), "begin");
        assertThat(unknown.status()).isEqualTo(1);
        assertThat(unknown.errors()).contains("begin");
        Project.Output option = Project.run(folder, Map.of(), Project.launcher(), "start", "--admin-prot", "1");
        assertThat(option.status()).isEqualTo(1);
        assertThat(option.errors()).contains("--admin-prot");
    }

    @Test
    void secretsAreNowhereInTheDataFolderInClear(@TempDir Path folder) throws Exception {
        Path data = folder.resolve("data");
        Set<String> secrets;
        try (RunningServer server = RunningServer.start(data)) {
            MockApi api = MockApi.create(server.aws().apigateway(), "secret", true);
            MockApi.Tier tier = api.tier("secret", null, null);
            String admin = Aws.profile(data.resolve("credentials")).getOrDefault("aws_secret_access_key", "");
            secrets = Set.of(tier.keyValue(), admin);
            for (String secret : secrets) {
                assertThat(server.log()).doesNotContain(secret);
            }
        }
        try (var files = Files.walk(data)) {
            for (Path file : files.filter(Files::isRegularFile).toList()) {
                if (file.endsWith("credentials")) {
                    continue;
                }
                String text = new String(Files.readAllBytes(file), java.nio.charset.StandardCharsets.ISO_8859_1);
                for (String secret : secrets) {
                    assertThat(text.contains(secret))
                            .as("%s holds a secret", file)
                            .isFalse();
                }
            }
        }
    }

    private static Project.Output env(Path folder, Path data) {
        return Project.run(folder, Map.of(), Project.launcher(), "env", "--data-dir", data.toString());
    }
}
