/*
 * SPDX-FileCopyrightText: The Sluice authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.sluice.gateway.attack;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.gateway.GatewaySettings;
import dev.sluice.gateway.Integration;
import dev.sluice.gateway.netty.RawClient;
import dev.sluice.gateway.netty.TestGateway;
import java.io.IOException;
import java.io.InputStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.locks.LockSupport;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** How connections end, and what one costs that does not. */
class EndingTest {
    private static final int IDLE_MILLIS = 200;
    private static final int LARGE_BYTES = 4 << 20;

    private final RecordingOrigin origin = RecordingOrigin.naming();
    private final TestGateway gateway = TestGateway.start(
                    settings -> settings.withTimes(TestGateway.times(IDLE_MILLIS, IDLE_MILLIS, 5_000, 500))
                            .withBodyPace(new GatewaySettings.BodyPace(Duration.ofMillis(IDLE_MILLIS), 240)))
            .route("GET", "/mock", TestGateway.mock("mock"))
            .route("GET", "/large", new Integration.Mock(200, List.of(), new byte[LARGE_BYTES]))
            .route("ANY", "/{proxy+}", TestGateway.proxy(origin.url() + "/{proxy}"));

    @AfterEach
    void close() {
        gateway.close();
        origin.close();
    }

    static List<String> lastRequests() {
        return List.of(
                TestGateway.request("GET", "/mock", "Connection: close\r\n"),
                TestGateway.request("GET", "/..", "Connection: close\r\n"),
                "GET /prod/a HTTP/1.0\r\n\r\n",
                "GET /dev/mock HTTP/1.0\r\nHost: api1.execute-api.localhost\r\n\r\n");
    }

    /** RFC 9112, 9.6. Pooled connections make it visible: to them a request is written at once. */
    @ParameterizedTest
    @MethodSource("lastRequests")
    void nothingBehindTheLastRequestIsForwarded(String last) throws IOException {
        for (int i = 0; i < 8; i++) {
            gateway.get("/warm");
        }
        for (int i = 0; i < 8; i++) {
            try (RawClient client = gateway.connect()) {
                client.send(last + TestGateway.request("POST", "/behind", "Content-Length: 0\r\n"));
                client.in().readAllBytes();
            }
        }
        gateway.get("/after");
        assertThat(origin.seen().stream()
                        .map(seen -> ((RecordingOrigin.Whole) seen).request().target()))
                .doesNotContain("/behind");
    }

    /** Row 23: 20 bytes a second, for 15 times as long as nothing at all would be allowed. */
    @Test
    void row23ABodyThatTricklesIsNotWaitedFor() throws IOException {
        try (RawClient client = gateway.connect()) {
            client.send(TestGateway.request("POST", "/a", "Content-Length: 1000000\r\n"));
            for (int i = 0; i < 60 && client.in().available() == 0; i++) {
                client.send("x");
                LockSupport.parkNanos(50_000_000);
            }
            assertThat(client.in().available()).isPositive();
            assertThat(client.answer().status()).isEqualTo(408);
        }
    }

    /** Row 23: what is read of an answer is no more than a kilobyte a second. */
    @Test
    void row23AnAnswerThatIsHardlyReadIsCutOff() throws IOException {
        try (Socket socket = slowReader()) {
            InputStream in = socket.getInputStream();
            int read = 0;
            long begun = System.nanoTime();
            while (System.nanoTime() - begun < 15L * IDLE_MILLIS * 1_000_000) {
                read += Math.max(0, in.read(new byte[50]));
                LockSupport.parkNanos(50_000_000);
            }
            assertThat(read + in.readAllBytes().length).isLessThan(LARGE_BYTES);
        }
    }

    /** Row 25: a client that does not read must not cost a copy of the answer. */
    @Test
    void anAnswerThatIsNotReadIsNotCopied() throws IOException {
        int clients = 20;
        long before = direct();
        List<Socket> sockets = new ArrayList<>();
        for (int i = 0; i < clients; i++) {
            sockets.add(slowReader());
        }
        long most = 0;
        for (int i = 0; i < 20; i++) {
            LockSupport.parkNanos(5_000_000);
            most = Math.max(most, direct() - before);
        }
        for (Socket socket : sockets) {
            socket.close();
        }
        assertThat(most).isLessThan((long) clients * LARGE_BYTES / 4);
    }

    private static long direct() {
        return io.netty.util.internal.PlatformDependent.usedDirectMemory();
    }

    private Socket slowReader() throws IOException {
        Socket socket = new Socket();
        socket.setReceiveBufferSize(4_096);
        socket.connect(new InetSocketAddress(InetAddress.getLoopbackAddress(), gateway.port()));
        socket.getOutputStream().write(TestGateway.request("GET", "/large").getBytes(StandardCharsets.US_ASCII));
        return socket;
    }
}
