/*
 * SPDX-FileCopyrightText: The Sluice authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.sluice.gateway.netty;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import dev.sluice.gateway.Certificates;
import dev.sluice.gateway.GatewaySettings.Tls;
import dev.sluice.gateway.GatewaySettings.TlsProvider;
import dev.sluice.gateway.ServerCertificate;
import java.security.cert.X509Certificate;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Which certificate a client is shown. */
class TlsNamesTest {
    private static TestGateway start(TlsProvider provider, Certificates certificates) {
        return TestGateway.start(settings ->
                        settings.withTls(new Tls("127.0.0.1", 0, certificates, provider, Tls.TICKET_KEY_PERIOD)))
                .route("GET", "/a", TestGateway.mock("ok"));
    }

    private static X509Certificate shown(TestGateway gateway, String name) throws Exception {
        TlsClient client = new TlsClient("TLSv1.3");
        client.connect(gateway.tlsPort(), name).close();
        return client.lastShown();
    }

    @ParameterizedTest
    @EnumSource(names = {"BORINGSSL", "JDK"})
    void theNameAskedForChoosesTheCertificate(TlsProvider provider) throws Exception {
        TestCertificate byDefault = TestCertificate.make();
        TestCertificate exact = TestCertificate.named("a.example.com");
        TestCertificate wildcard = TestCertificate.named("*.example.com");
        Map<String, ServerCertificate> names =
                Map.of("A.example.com", exact.server(), "*.example.com", wildcard.server());
        try (TestGateway gateway = start(provider, new Certificates(byDefault.server(), names))) {
            assertThat(shown(gateway, "a.example.com")).isEqualTo(exact.certificate());
            assertThat(shown(gateway, "A.EXAMPLE.COM")).isEqualTo(exact.certificate());
            assertThat(shown(gateway, "b.example.com")).isEqualTo(wildcard.certificate());
            assertThat(shown(gateway, "c.b.example.com")).isEqualTo(byDefault.certificate());
            assertThat(shown(gateway, "example.com")).isEqualTo(byDefault.certificate());
            assertThat(shown(gateway, "")).isEqualTo(byDefault.certificate());
        }
    }

    @ParameterizedTest
    @EnumSource(names = {"BORINGSSL", "JDK"})
    void newCertificatesAreForNewConnectionsOnly(TlsProvider provider) throws Exception {
        TestCertificate first = TestCertificate.make();
        TestCertificate second = TestCertificate.make();
        TlsClient client = new TlsClient("TLSv1.3");
        try (TestGateway gateway = start(provider, Certificates.of(first.server()));
                RawClient before = client.connect(gateway.tlsPort(), "")) {
            before.send(TestGateway.request("GET", "/a"));
            assertThat(before.answer().status()).isEqualTo(200);
            gateway.present(new Certificates(second.server(), Map.of("a.example.com", first.server())));
            assertThat(shown(gateway, "")).isEqualTo(second.certificate());
            assertThat(shown(gateway, "a.example.com")).isEqualTo(first.certificate());
            gateway.present(Certificates.of(second.server()));
            assertThat(shown(gateway, "a.example.com")).isEqualTo(second.certificate());
            before.send(TestGateway.request("GET", "/a"));
            assertThat(before.answer().status()).isEqualTo(200);
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"", ".", "a..b", "*", "a.*.b", "-a.b", "a/b", "*.*.a", "a."})
    void refusesNamesThatNoHostHas(String name) throws Exception {
        ServerCertificate certificate = TestCertificate.make().server();
        assertThatIllegalArgumentException()
                .isThrownBy(() -> new Certificates(certificate, Map.of(name, certificate)))
                .withMessageContaining('"' + name + '"');
    }

    @Test
    void refusesTheKeyOfAnotherCertificate() throws Exception {
        ServerCertificate one = TestCertificate.make().server();
        ServerCertificate other = TestCertificate.make().server();
        assertThatIllegalArgumentException()
                .isThrownBy(() -> new ServerCertificate(one.chain(), other.key()))
                .withMessageContaining("CN=localhost");
    }
}
