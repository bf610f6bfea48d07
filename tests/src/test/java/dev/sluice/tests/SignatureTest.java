/*
 * SPDX-FileCopyrightText: The Sluice authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.sluice.tests;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.net.http.HttpResponse;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.assertj.core.api.InstanceOfAssertFactories;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import software.amazon.awssdk.auth.credentials.AwsBasicCredentials;
import software.amazon.awssdk.awscore.exception.AwsServiceException;
import software.amazon.awssdk.http.SdkHttpMethod;
import software.amazon.awssdk.http.SdkHttpRequest;
import software.amazon.awssdk.http.auth.aws.signer.AwsV4HttpSigner;
import software.amazon.awssdk.regions.Region;

/** Who may call the admin plane: AWS's errors for everybody else. */
class SignatureTest {
    private static RunningServer server;
    private static Map<String, String> profile;

    @BeforeAll
    static void start(@TempDir Path folder) {
        server = RunningServer.start(folder.resolve("data"));
        profile = Aws.profile(server.folder().resolve("credentials"));
    }

    @AfterAll
    static void stop() {
        server.close();
    }

    @Test
    void theAdministratorIsWhoTheCredentialsFileSays() {
        assertThat(profileValue("aws_access_key_id")).matches("AKIA[A-Z2-7]{16}");
        assertThat(profileValue("aws_secret_access_key")).hasSize(40);
        var identity = server.aws().sts().getCallerIdentity();
        assertThat(identity.account()).isEqualTo(Aws.ACCOUNT);
        assertThat(identity.arn()).isEqualTo("arn:aws:iam::" + Aws.ACCOUNT + ":user/administrator");
    }

    @Test
    void aWrongSecretIsRefused() {
        String id = profileValue("aws_access_key_id");
        try (Aws wrong = client(Aws.REGION, id, "x".repeat(40))) {
            assertError(() -> wrong.apigateway().getRestApis(), "InvalidSignatureException", 403);
            assertError(() -> wrong.iam().listRoles(), "SignatureDoesNotMatch", 403);
        }
    }

    @Test
    void anUnknownKeyIsRefused() {
        try (Aws unknown = client(Aws.REGION, "AKIAAAAAAAAAAAAAAAAA", "x".repeat(40))) {
            assertError(() -> unknown.apigateway().getRestApis(), "UnrecognizedClientException", 403);
            assertError(() -> unknown.iam().listRoles(), "InvalidClientTokenId", 403);
        }
    }

    @Test
    void anotherRegionIsRefusedNamingBoth() {
        try (Aws other =
                client("eu-west-1", profileValue("aws_access_key_id"), profileValue("aws_secret_access_key"))) {
            assertThatThrownBy(() -> other.apigateway().getRestApis())
                    .hasMessageContaining("eu-west-1")
                    .hasMessageContaining(Aws.REGION);
        }
    }

    @Test
    void aSkewedClockIsRefused() {
        HttpResponse<String> stale = signed(Instant.now().minus(Duration.ofMinutes(20)));
        assertThat(stale.statusCode()).isEqualTo(403);
        assertThat(stale.body()).contains("Signature expired");
        assertThat(signed(Instant.now()).statusCode()).isEqualTo(200);
    }

    @Test
    void anUnsignedCallIsRefused() {
        HttpResponse<String> unsigned = Http.get(server.admin() + "/restapis");
        assertThat(unsigned.statusCode()).isEqualTo(403);
        assertThat(unsigned.headers().firstValue("x-amzn-ErrorType")).hasValue("MissingAuthenticationTokenException");
        assertThat(unsigned.body()).contains("Missing Authentication Token");
    }

    @Test
    void anOperationThatIsNotThereYetSaysSo() {
        assertError(() -> server.aws().apigateway().getModels(r -> r.restApiId("abc")), "NotImplementedException", 501);
        assertThatThrownBy(() -> server.aws().apigateway().getModels(r -> r.restApiId("abc")))
                .hasMessageContaining("GetModels");
    }

    private static String profileValue(String name) {
        return profile.getOrDefault(name, "");
    }

    private static HttpResponse<String> signed(Instant when) {
        SdkHttpRequest request = SdkHttpRequest.builder()
                .method(SdkHttpMethod.GET)
                .uri(server.admin().resolve("/restapis"))
                .build();
        SdkHttpRequest signed = AwsV4HttpSigner.create()
                .sign(r -> r.identity(AwsBasicCredentials.create(
                                profileValue("aws_access_key_id"), profileValue("aws_secret_access_key")))
                        .request(request)
                        .putProperty(AwsV4HttpSigner.SERVICE_SIGNING_NAME, "apigateway")
                        .putProperty(AwsV4HttpSigner.REGION_NAME, Aws.REGION)
                        .putProperty(AwsV4HttpSigner.SIGNING_CLOCK, Clock.fixed(when, ZoneOffset.UTC)))
                .request();
        List<String> headers = new ArrayList<>();
        signed.forEachHeader((name, values) -> {
            if (!name.equalsIgnoreCase("host")) {
                headers.addAll(List.of(name, values.getFirst()));
            }
        });
        return Http.get(server.admin() + "/restapis", headers.toArray(String[]::new));
    }

    private static Aws client(String region, String id, String secret) {
        return Aws.of(server.admin(), Region.of(region), AwsBasicCredentials.create(id, secret));
    }

    private static void assertError(Runnable call, String code, int status) {
        assertThatThrownBy(call::run)
                .asInstanceOf(InstanceOfAssertFactories.type(AwsServiceException.class))
                .satisfies(e -> {
                    assertThat(e.awsErrorDetails().errorCode()).isEqualTo(code);
                    assertThat(e.statusCode()).isEqualTo(status);
                });
    }
}
