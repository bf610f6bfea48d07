/*
 * SPDX-FileCopyrightText: The Sluice authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.sluice.gateway.netty;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.gateway.Certificates;
import dev.sluice.gateway.GatewaySettings.Tls;
import dev.sluice.gateway.GatewaySettings.TlsProvider;
import dev.sluice.limits.Limiter;
import java.time.Duration;
import java.util.Map;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Which connections need no whole handshake. */
class TlsSessionsTest {
    private static final Duration PERIOD = Duration.ofHours(12);

    private final SteppingClock clock = new SteppingClock(TestGateway.NOW);

    private TestGateway start(TlsProvider provider, TestCertificate certificate) {
        Certificates certificates = Certificates.of(certificate.server());
        return TestGateway.start(
                        settings -> settings.withTls(new Tls("127.0.0.1", 0, certificates, provider, PERIOD)),
                        Limiter.inMemory(clock))
                .route("GET", "/a", TestGateway.mock("ok"));
    }

    private void nextPeriod(TestGateway gateway) {
        clock.advanceSeconds(PERIOD.toSeconds());
        gateway.rotateTicketKeysIfDue();
    }

    @ParameterizedTest
    @CsvSource({"BORINGSSL,TLSv1.3", "BORINGSSL,TLSv1.2", "JDK,TLSv1.3", "JDK,TLSv1.2"})
    void aClientThatComesBackResumes(TlsProvider provider, String protocol) throws Exception {
        TlsClient client = new TlsClient(protocol);
        try (TestGateway gateway = start(provider, TestCertificate.make())) {
            for (int i = 0; i < 4; i++) {
                assertThat(client.get(gateway.tlsPort())).isEqualTo(200);
            }
        }
        assertThat(client.handshakes()).isEqualTo(1);
    }

    @ParameterizedTest
    @ValueSource(strings = {"TLSv1.3", "TLSv1.2"})
    void aTicketIsGoodForTwoRotationsOfTheKeysButNotForThree(String protocol) throws Exception {
        TlsClient quick = new TlsClient(protocol);
        TlsClient slow = new TlsClient(protocol);
        try (TestGateway gateway = start(TlsProvider.BORINGSSL, TestCertificate.make())) {
            quick.get(gateway.tlsPort());
            slow.get(gateway.tlsPort());
            nextPeriod(gateway);
            // The client has several tickets of the first key, and uses the oldest first.
            for (int i = 0; i < 4; i++) {
                quick.get(gateway.tlsPort());
            }
            assertThat(quick.handshakes()).isEqualTo(1);
            nextPeriod(gateway);
            nextPeriod(gateway);
            slow.get(gateway.tlsPort());
            assertThat(slow.handshakes()).isEqualTo(2);
            // Its ticket was made anew by a later key.
            quick.get(gateway.tlsPort());
            assertThat(quick.handshakes()).isEqualTo(1);
        }
    }

    @ParameterizedTest
    @CsvSource({"BORINGSSL,TLSv1.3", "BORINGSSL,TLSv1.2", "JDK,TLSv1.3", "JDK,TLSv1.2"})
    void aReloadKeepsTheSessionsOfAnUnchangedCertificateOnly(TlsProvider provider, String protocol) throws Exception {
        TlsClient client = new TlsClient(protocol);
        TestCertificate first = TestCertificate.make();
        TestCertificate second = TestCertificate.make();
        try (TestGateway gateway = start(provider, first)) {
            client.get(gateway.tlsPort());
            gateway.present(new Certificates(first.server(), Map.of("b.example.com", second.server())));
            client.get(gateway.tlsPort());
            assertThat(client.handshakes()).isEqualTo(1);
            gateway.present(Certificates.of(second.server()));
            client.get(gateway.tlsPort());
            assertThat(client.handshakes()).isEqualTo(2);
            assertThat(client.lastShown()).isEqualTo(second.certificate());
        }
    }
}
