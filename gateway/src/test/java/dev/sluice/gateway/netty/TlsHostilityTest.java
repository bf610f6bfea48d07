/*
 * SPDX-FileCopyrightText: The Sluice authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.sluice.gateway.netty;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.gateway.Certificates;
import dev.sluice.gateway.GatewaySettings.Tls;
import dev.sluice.gateway.GatewaySettings.TlsProvider;
import dev.sluice.gateway.ServerCertificate;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.net.SocketException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.Map;
import java.util.Random;
import javax.net.ssl.SSLSocket;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** What ill-meaning clients send to the TLS listener; each time the connection ends, and others are served. */
class TlsHostilityTest {
    private static final String EVERY_WAY = "BORINGSSL,true\nBORINGSSL,false\nJDK,true\nJDK,false";

    private static TestGateway start(TlsProvider provider, boolean byName, int headMillis) throws Exception {
        ServerCertificate certificate = TestCertificate.make().server();
        Certificates certificates =
                new Certificates(certificate, byName ? Map.of("a.example.com", certificate) : Map.of());
        return TestGateway.start(settings -> settings.withTls(
                                new Tls("127.0.0.1", 0, certificates, provider, Tls.TICKET_KEY_PERIOD))
                        .withTimes(TestGateway.times(headMillis, 10_000, 5_000, 5_000)))
                .route("GET", "/a", TestGateway.mock("ok"));
    }

    private static void endsWith(TestGateway gateway, byte[] bytes) throws Exception {
        try (RawClient client = RawClient.connect(gateway.tlsPort())) {
            try {
                client.send(bytes);
            } catch (SocketException _) {
                // Cut while it was still sending.
            }
            ends(client);
        }
        assertThat(new TlsClient("TLSv1.3").get(gateway.tlsPort())).isEqualTo(200);
    }

    /** With an alert of 7 bytes at most before. */
    private static void ends(RawClient client) throws IOException {
        try {
            assertThat(client.in().readAllBytes()).hasSizeLessThanOrEqualTo(7);
        } catch (SocketException _) {
            // Reset: ended, too.
        }
    }

    /** A hello in records of 16,000 bytes, as long as it says. */
    private static byte[] hello(int size) throws IOException {
        ByteBuffer hello = ByteBuffer.allocate(size + 4).putInt(1 << 24 | size);
        hello.putShort((short) 0x0303)
                .put(new byte[32])
                .put((byte) 0)
                .putShort((short) 2)
                .putShort((short) 0x1301);
        hello.put((byte) 1).put((byte) 0).putShort((short) (size - 43));
        hello.putShort((short) 21).putShort((short) (size - 47));
        ByteArrayOutputStream records = new ByteArrayOutputStream();
        for (int at = 0; at < hello.capacity(); at += 16_000) {
            int length = Math.min(16_000, hello.capacity() - at);
            records.write(new byte[] {22, 3, 1, (byte) (length >> 8), (byte) length});
            records.write(hello.array(), at, length);
        }
        return records.toByteArray();
    }

    @ParameterizedTest
    @CsvSource(textBlock = EVERY_WAY)
    void garbageEndsTheConnection(TlsProvider provider, boolean byName) throws Exception {
        try (TestGateway gateway = start(provider, byName, 10_000)) {
            Random random = new Random(1);
            for (int i = 0; i < 20; i++) {
                byte[] bytes = new byte[200];
                random.nextBytes(bytes);
                endsWith(gateway, bytes);
                // The same as a record that says it is a handshake.
                System.arraycopy(new byte[] {22, 3, 3, 0, (byte) 195}, 0, bytes, 0, 5);
                endsWith(gateway, bytes);
            }
        }
    }

    @ParameterizedTest
    @CsvSource(textBlock = EVERY_WAY)
    void plainHttpEndsTheConnection(TlsProvider provider, boolean byName) throws Exception {
        try (TestGateway gateway = start(provider, byName, 10_000)) {
            endsWith(gateway, TestGateway.request("GET", "/a").getBytes(StandardCharsets.US_ASCII));
        }
    }

    @ParameterizedTest
    @CsvSource(textBlock = EVERY_WAY)
    void aHelloOf100KilobytesEndsTheConnection(TlsProvider provider, boolean byName) throws Exception {
        try (TestGateway gateway = start(provider, byName, 10_000)) {
            endsWith(gateway, hello(60_000));
            endsWith(gateway, hello(65_000 + 47));
            ByteArrayOutputStream endless = new ByteArrayOutputStream();
            byte[] fragment = new byte[16_005];
            System.arraycopy(
                    new byte[] {22, 3, 1, 0x3e, (byte) 0x80, 1, 1, (byte) 0x86, (byte) 0xa0}, 0, fragment, 0, 9);
            for (int i = 0; i < 7; i++) {
                endless.write(fragment);
            }
            endsWith(gateway, endless.toByteArray());
        }
    }

    @ParameterizedTest
    @CsvSource(textBlock = EVERY_WAY)
    void aHandshakeThatStopsIsCutOff(TlsProvider provider, boolean byName) throws Exception {
        try (TestGateway gateway = start(provider, byName, 300);
                RawClient silent = RawClient.connect(gateway.tlsPort());
                RawClient stopping = RawClient.connect(gateway.tlsPort())) {
            stopping.send(new byte[] {22, 3, 1, 1, 0, 1, 0});
            ends(silent);
            ends(stopping);
        }
    }

    @ParameterizedTest
    @CsvSource(textBlock = EVERY_WAY)
    void renegotiationEndsTheConnection(TlsProvider provider, boolean byName) throws Exception {
        try (TestGateway gateway = start(provider, byName, 10_000);
                RawClient client = new TlsClient("TLSv1.2").connect(gateway.tlsPort(), "")) {
            client.send(TestGateway.request("GET", "/a"));
            assertThat(client.answer().status()).isEqualTo(200);
            TlsClient other = new TlsClient("TLSv1.2");
            try {
                ((SSLSocket) client.socket()).startHandshake();
                client.send(TestGateway.request("GET", "/a"));
                assertThat(client.in().read()).isNegative();
            } catch (IOException _) {
                // An alert, or cut off.
            }
            assertThat(other.get(gateway.tlsPort())).isEqualTo(200);
            gateway.end();
            gateway.end();
            assertThat(gateway.ends).isEmpty();
        }
    }
}
