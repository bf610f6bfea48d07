/*
 * SPDX-FileCopyrightText: The Sluice authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.sluice.gateway.netty;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import dev.sluice.gateway.Certificates;
import dev.sluice.gateway.GatewaySettings.Tls;
import dev.sluice.gateway.GatewaySettings.TransportKind;
import io.netty.channel.epoll.Epoll;
import io.netty.channel.uring.IoUring;
import java.util.Random;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Each way of driving sockets that works on this machine; the others say that they do not. */
class TransportTest {
    private static boolean works(TransportKind kind) {
        return switch (kind) {
            case AUTO, NIO -> true;
            case EPOLL -> Epoll.isAvailable();
            case IO_URING -> IoUring.isAvailable();
        };
    }

    @ParameterizedTest
    @EnumSource
    void servesOrRefusesToStart(TransportKind kind) throws Exception {
        TestCertificate certificate = TestCertificate.make();
        if (!works(kind)) {
            assertThatIllegalArgumentException()
                    .isThrownBy(() -> TestGateway.start(settings -> settings.withTransport(kind)))
                    .withMessageContaining("gateway.transport: ");
            return;
        }
        byte[] body = new byte[200_000];
        new Random(3).nextBytes(body);
        try (Origin origin = Origin.serving(Origin.echo());
                TestGateway gateway = TestGateway.start(settings -> settings.withTransport(kind)
                        .withTls(Tls.of("127.0.0.1", 0, Certificates.of(certificate.server()))))) {
            gateway.route("ANY", "/a", TestGateway.proxy("http://localhost:" + origin.port() + "/x"));
            for (int i = 0; i < 2; i++) {
                try (RawClient client =
                        i == 0 ? gateway.connect() : new TlsClient("TLSv1.3").connect(gateway.tlsPort(), "")) {
                    client.send(TestGateway.request("POST", "/a", "Content-Length: " + body.length + "\r\n"))
                            .send(body);
                    assertThat(client.answer().body()).isEqualTo(body);
                }
            }
        }
    }
}
