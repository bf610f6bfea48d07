/*
 * SPDX-FileCopyrightText: The Sluice authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.sluice.gateway.netty;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import dev.sluice.gateway.Certificates;
import dev.sluice.gateway.GatewaySettings.Egress;
import dev.sluice.gateway.GatewaySettings.Tls;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.file.Path;
import java.util.Random;
import java.util.Set;
import javax.net.ssl.SSLSocket;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Listeners, and TLS to both sides. */
class TlsTest {
    @TempDir
    private Path folder;

    private static RawClient connect(TestCertificate certificate, int port) throws IOException {
        SSLSocket socket = (SSLSocket)
                certificate.context().getSocketFactory().createSocket(InetAddress.getLoopbackAddress(), port);
        socket.startHandshake();
        return new RawClient(socket);
    }

    @Test
    void servesHttpsBesideHttpAndCallsHttpsUpstreams() throws Exception {
        TestCertificate certificate = TestCertificate.make();
        Path trusted = certificate.writtenIn(folder);
        byte[] body = new byte[300_000];
        new Random(2).nextBytes(body);
        try (Origin origin = Origin.serving(certificate.listen(), Origin.echo());
                TestGateway gateway = TestGateway.start(
                        settings -> settings.withTls(Tls.of("127.0.0.1", 0, Certificates.of(certificate.server())))
                                .withEgress(Egress.refusingLocalPorts(Set.of()).withTrusted(trusted)))) {
            gateway.route("ANY", "/a", TestGateway.proxy("https://localhost:" + origin.port() + "/x"));
            try (RawClient client = connect(certificate, gateway.tlsPort())) {
                for (int i = 0; i < 3; i++) {
                    client.send(TestGateway.request("POST", "/a", "Content-Length: " + body.length + "\r\n"))
                            .send(body);
                    assertThat(client.answer().body()).isEqualTo(body);
                }
            }
            assertThat(origin.connections()).isEqualTo(1);
            assertThat(origin.requests().getFirst())
                    .contains("X-Forwarded-Proto: https\r\n", "X-Forwarded-Port: " + gateway.tlsPort() + "\r\n")
                    .contains("Host: localhost:" + origin.port() + "\r\n");
            assertThat(gateway.get("/a").status()).isEqualTo(200);
        }
    }

    @Test
    void refusesAnUpstreamWhoseCertificateIsNotTrustedOrForAnotherName() throws Exception {
        TestCertificate certificate = TestCertificate.make();
        Path trusted = certificate.writtenIn(folder);
        try (Origin origin = Origin.serving(certificate.listen(), Origin.echo());
                TestGateway trusting = TestGateway.start(settings ->
                        settings.withEgress(Egress.refusingLocalPorts(Set.of()).withTrusted(trusted)));
                TestGateway other = TestGateway.start()) {
            trusting.route("GET", "/a", TestGateway.proxy("https://127.0.0.1:" + origin.port()));
            assertThat(trusting.get("/a").status()).isEqualTo(504);
            other.route("GET", "/a", TestGateway.proxy("https://localhost:" + origin.port()));
            assertThat(other.get("/a").status()).isEqualTo(504);
            assertThat(origin.requests()).isEmpty();
        }
    }

    @Test
    void namesThePortThatIsInUse() throws IOException {
        try (ServerSocket taken = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            assertThatExceptionOfType(ListenException.class)
                    .isThrownBy(() -> TestGateway.start(settings -> settings.withHttpPort(taken.getLocalPort())))
                    .withMessageContaining("http port " + taken.getLocalPort() + " on 127.0.0.1");
        }
    }
}
