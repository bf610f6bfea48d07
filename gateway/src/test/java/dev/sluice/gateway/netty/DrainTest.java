/*
 * SPDX-FileCopyrightText: The Sluice authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.sluice.gateway.netty;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import dev.sluice.gateway.BackendResponse;
import dev.sluice.gateway.Integration;
import java.io.IOException;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import org.junit.jupiter.api.Test;

/** How a gateway ends. */
class DrainTest {
    @Test
    void answersWhatIsInFlightAndEndsWhatIsIdle() throws Exception {
        CompletableFuture<BackendResponse> answer = new CompletableFuture<>();
        CountDownLatch called = new CountDownLatch(1);
        TestGateway gateway = TestGateway.start();
        gateway.route(
                "GET",
                "/a",
                new Integration.Called(
                        (_, _) -> {
                            called.countDown();
                            return answer;
                        },
                        Duration.ofSeconds(5)));
        try (RawClient idle = gateway.connect();
                RawClient busy = gateway.connect()) {
            busy.send(TestGateway.request("GET", "/a"));
            called.await();
            Thread closing = Thread.ofVirtual().start(gateway::close);
            assertThat(idle.ended()).isTrue();
            assertThatExceptionOfType(IOException.class).isThrownBy(gateway::connect);
            answer.complete(new BackendResponse.Answer(200, List.of(), new byte[0]));
            RawClient.Answer last = busy.answer();
            assertThat(last.status()).isEqualTo(200);
            assertThat(last.header("Connection")).isEqualTo("close");
            assertThat(busy.ended()).isTrue();
            assertThat(closing.join(Duration.ofSeconds(5))).isTrue();
        }
    }

    @Test
    void givesUpOnWhatTakesLongerThanTheDrainTime() throws Exception {
        TestGateway gateway =
                TestGateway.start(settings -> settings.withTimes(TestGateway.times(10_000, 10_000, 5_000, 50)));
        CountDownLatch called = new CountDownLatch(1);
        gateway.route(
                "GET",
                "/a",
                new Integration.Called(
                        (_, _) -> {
                            called.countDown();
                            return new CompletableFuture<>();
                        },
                        Duration.ofSeconds(20)));
        try (RawClient busy = gateway.connect()) {
            busy.send(TestGateway.request("GET", "/a"));
            called.await();
            gateway.close();
            assertThat(busy.ended()).isTrue();
        }
    }

    @Test
    void endsAConnectionThatIsIdleForTooLong() throws Exception {
        try (TestGateway gateway =
                        TestGateway.start(settings -> settings.withTimes(TestGateway.times(10_000, 50, 5_000, 5_000)));
                RawClient client = gateway.connect()) {
            gateway.route("GET", "/a", TestGateway.mock("ok"));
            assertThat(client.send(TestGateway.request("GET", "/a")).answer().status())
                    .isEqualTo(200);
            assertThat(client.ended()).isTrue();
        }
    }

    @Test
    void refusesABodyThatStopsComing() throws Exception {
        try (TestGateway gateway =
                        TestGateway.start(settings -> settings.withTimes(TestGateway.times(10_000, 50, 5_000, 5_000)));
                RawClient client = gateway.connect()) {
            gateway.route("POST", "/a", TestGateway.mock("ok"));
            client.send(TestGateway.request("POST", "/a", "Content-Length: 5\r\n") + "he");
            assertThat(client.answer().status()).isEqualTo(408);
            assertThat(client.ended()).isTrue();
        }
    }
}
