/*
 * SPDX-FileCopyrightText: The Sluice authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.sluice.tests;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.net.InetAddress;
import java.net.Socket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.cert.X509Certificate;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import javax.net.ssl.SNIHostName;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLParameters;
import javax.net.ssl.SSLSocket;
import javax.net.ssl.TrustManager;
import javax.net.ssl.X509TrustManager;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import software.amazon.awssdk.services.apigateway.ApiGatewayClient;
import software.amazon.awssdk.services.apigateway.model.BadRequestException;
import software.amazon.awssdk.services.apigateway.model.ConflictException;

/** Custom domain names set by AWS's clients, as clients of the data plane see them: by TLS, by HTTP/2, over a restart. */
class CustomDomainTest {
    private static final String NAME = "api.example.com";

    @Test
    void theCliMapsADomainAndItsCertificateIsShownAtOnceAndAfterARestart(@TempDir Path folder) throws Exception {
        TestCertificate first = TestCertificate.named(Instant.now(), NAME);
        TestCertificate second = TestCertificate.of("RSA", Instant.now(), "*.example.com");
        Path data = folder.resolve("data");
        Path trusted = folder.resolve("first.pem");
        Files.writeString(trusted, first.body());
        Files.writeString(folder.resolve("first.key"), first.key());
        try (RunningServer server = RunningServer.start(data)) {
            MockApi api = MockApi.create(server.aws().apigateway(), "shop", false);
            Map<String, String> environment = server.environment();
            String made = aws(
                    folder,
                    environment,
                    "create-domain-name",
                    "--certificate-name",
                    "mine",
                    "--certificate-body",
                    "file://" + trusted,
                    "--certificate-private-key",
                    "file://" + folder.resolve("first.key"));
            assertThat(made).contains("\"domainNameStatus\": \"AVAILABLE\"").doesNotContain("PRIVATE");
            assertThat(shown(server, NAME)).isEqualTo(first.certificate());
            assertThat(curl(server, trusted, "/v1/data")).isEqualTo("{\"message\":\"Forbidden\"} 2 403");
            String[] mapping = {"--rest-api-id", api.id(), "--base-path", "v1", "--stage", MockApi.STAGE};
            assertThat(aws(folder, environment, "create-base-path-mapping", mapping))
                    .contains("\"basePath\": \"v1\"");
            assertThat(curl(server, trusted, "/v1/data")).isEqualTo("{\"message\": \"mock\"} 2 200");
            assertThat(curl(server, trusted, "/v1/data", "--http1.1")).isEqualTo("{\"message\": \"mock\"} 1.1 200");
            assertThat(curl(server, trusted, "/data")).isEqualTo("{\"message\":\"Forbidden\"} 2 403");
            update(server.aws().apigateway(), second);
            assertThat(shown(server, NAME)).isEqualTo(second.certificate());
            assertThat(shown(server, "other.example.com")).isNotEqualTo(second.certificate());
            assertThat(aws(folder, environment, "get-domain-names"))
                    .contains(NAME)
                    .doesNotContain("BEGIN");
            assertThat(server.stop()).isZero();
            assertThat(server.log()).doesNotContain("BEGIN", "PRIVATE KEY");
        }
        Files.writeString(trusted, second.body());
        try (RunningServer server = RunningServer.start(data)) {
            assertThat(shown(server, NAME)).isEqualTo(second.certificate());
            assertThat(curl(server, trusted, "/v1/data")).isEqualTo("{\"message\": \"mock\"} 2 200");
            aws(folder, server.environment(), "delete-domain-name");
            assertThat(shown(server, NAME)).isNotEqualTo(second.certificate());
            assertThat(curl(server, trusted, "/v1/data", "-k")).isEqualTo("{\"message\":\"Forbidden\"} 2 403");
        }
    }

    @Test
    void aCertificateByArnComesFromTheFolder(@TempDir Path folder) throws Exception {
        TestCertificate inFolder = TestCertificate.named(Instant.now(), NAME);
        TestCertificate uploaded = TestCertificate.named(Instant.now(), NAME);
        Path certificates = Files.createDirectory(folder.resolve("certificates"));
        Files.writeString(certificates.resolve(NAME + ".pem"), inFolder.body());
        Files.writeString(certificates.resolve(NAME + ".key"), inFolder.key());
        try (RunningServer server =
                RunningServer.start(folder.resolve("data"), "--https-certificates", certificates.toString())) {
            ApiGatewayClient client = server.aws().apigateway();
            String arn = "arn:aws:acm:us-east-1:123456789012:certificate/1";
            client.createDomainName(r -> r.domainName(NAME).regionalCertificateArn(arn));
            assertThat(client.getDomainName(r -> r.domainName(NAME)).regionalCertificateArn())
                    .isEqualTo(arn);
            assertThat(shown(server, NAME)).isEqualTo(inFolder.certificate());
            update(client, uploaded);
            assertThat(shown(server, NAME)).isEqualTo(uploaded.certificate());
            client.updateDomainName(
                    r -> r.domainName(NAME).patchOperations(MockApi.replace("/regionalCertificateArn", arn)));
            assertThat(shown(server, NAME)).isEqualTo(inFolder.certificate());
        }
    }

    @Test
    void theSdkGetsAwssErrorsAndADisabledApiAnswersItsDomainOnly(@TempDir Path folder) throws Exception {
        try (RunningServer server = RunningServer.start(folder.resolve("data"))) {
            ApiGatewayClient client = server.aws().apigateway();
            MockApi api = MockApi.create(client, "shop", false);
            client.createDomainName(r -> r.domainName(NAME));
            client.createBasePathMapping(
                    r -> r.domainName(NAME).restApiId(api.id()).stage(MockApi.STAGE));
            assertThat(client.getBasePathMappingsPaginator(r -> r.domainName(NAME))
                            .items())
                    .extracting(mapping -> mapping.basePath())
                    .containsExactly("(none)");
            assertThatThrownBy(() -> client.createDomainName(r -> r.domainName(NAME)))
                    .isInstanceOf(ConflictException.class);
            assertThatThrownBy(() -> client.deleteRestApi(r -> r.restApiId(api.id())))
                    .isInstanceOf(BadRequestException.class)
                    .hasMessageContaining("Please remove all base path mappings");
            client.updateRestApi(
                    r -> r.restApiId(api.id()).patchOperations(MockApi.replace("/disableExecuteApiEndpoint", true)));
            assertThat(Http.get(api.url(server)).statusCode()).isEqualTo(200);
            client.createDeployment(r -> r.restApiId(api.id()).stageName(MockApi.STAGE));
            assertThat(Http.get(api.url(server)).body()).isEqualTo("{\"message\":\"Forbidden\"}");
            assertThat(curl(server, folder, "/data", "-k")).isEqualTo("{\"message\": \"mock\"} 2 200");
            client.deleteBasePathMapping(r -> r.domainName(NAME).basePath("(none)"));
            assertThat(curl(server, folder, "/data", "-k")).isEqualTo("{\"message\":\"Forbidden\"} 2 403");
        }
    }

    private static void update(ApiGatewayClient client, TestCertificate certificate) throws Exception {
        String body = certificate.body();
        String key = certificate.key();
        client.updateDomainName(r -> r.domainName(NAME)
                .patchOperations(
                        MockApi.replace("/certificateBody", body), MockApi.replace("/certificatePrivateKey", key)));
    }

    private static String aws(Path folder, Map<String, String> environment, String operation, String... options) {
        List<String> command = new ArrayList<>(List.of("aws", "apigateway", operation));
        if (!operation.equals("get-domain-names")) {
            command.addAll(List.of("--domain-name", NAME));
        }
        command.addAll(List.of(options));
        Project.Output output = Project.run(folder, environment, command.toArray(String[]::new));
        assertThat(output.status()).as(output.errors()).isZero();
        return output.output();
    }

    /** The body, the HTTP version and the status. */
    private static String curl(RunningServer server, Path trusted, String path, String... options) {
        int port = server.https().getPort();
        List<String> command = new ArrayList<>(List.of("curl", "-sS", "-w", " %{http_version} %{http_code}"));
        command.addAll(List.of("--resolve", NAME + ":" + port + ":127.0.0.1"));
        command.addAll(List.of(options));
        if (!command.contains("-k")) {
            command.addAll(List.of("--cacert", trusted.toString()));
        }
        command.add("https://" + NAME + ":" + port + path);
        Project.Output output = Project.run(server.folder(), Map.of(), command.toArray(String[]::new));
        assertThat(output.status()).as(output.errors()).isZero();
        return output.output();
    }

    private static X509Certificate shown(RunningServer server, String name) throws Exception {
        SSLContext context = SSLContext.getInstance("TLS");
        context.init(null, new TrustManager[] {new TrustAll()}, null);
        Socket plain =
                new Socket(InetAddress.getLoopbackAddress(), server.https().getPort());
        plain.setSoTimeout(20_000);
        try (SSLSocket socket = (SSLSocket) context.getSocketFactory().createSocket(plain, name, 443, true)) {
            SSLParameters parameters = socket.getSSLParameters();
            parameters.setServerNames(List.of(new SNIHostName(name)));
            socket.setSSLParameters(parameters);
            socket.startHandshake();
            return (X509Certificate) socket.getSession().getPeerCertificates()[0];
        } catch (IOException e) {
            throw new AssertionError(name, e);
        }
    }

    /** Certificates are compared, not trusted. */
    private static final class TrustAll implements X509TrustManager {
        @Override
        public void checkClientTrusted(X509Certificate[] chain, String type) {}

        @Override
        public void checkServerTrusted(X509Certificate[] chain, String type) {}

        @Override
        public X509Certificate[] getAcceptedIssuers() {
            return new X509Certificate[0];
        }
    }
}
