/*
 * SPDX-FileCopyrightText: The Sluice authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.sluice.gateway.netty;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.gateway.Exchange;
import dev.sluice.gateway.GatewaySettings.Guessing;
import dev.sluice.gateway.Network;
import dev.sluice.gateway.Route;
import dev.sluice.limits.Limit;
import dev.sluice.limits.Rate;
import java.util.List;
import java.util.Objects;
import org.junit.jupiter.api.Test;

/** Whose word on the client's address is taken; the tests connect from 127.0.0.1. */
class TrustedProxyTest {
    private static final String TOLD =
            "X-Forwarded-For: 6.6.6.6, 203.0.113.9\r\nX-Forwarded-Proto: https\r\nX-Forwarded-Port: 8443\r\n";

    @Test
    void believesATrustedProxyAndTellsTheUpstreamThatItIsOne() throws Exception {
        try (TestGateway gateway = trusting("127.0.0.0/8");
                Origin origin = Origin.serving(Origin.echo())) {
            gateway.route("GET", "/a", TestGateway.proxy(origin.url() + "/a"));
            gateway.exchange(TestGateway.request("GET", "/a", TOLD));
            Exchange exchange = ended(gateway);
            assertThat(exchange.sourceIp()).isEqualTo("203.0.113.9");
            assertThat(exchange.peerIp()).isEqualTo("127.0.0.1");
            assertThat(exchange.scheme()).isEqualTo("https");
            assertThat(exchange.localPort()).isEqualTo(8443);
            assertThat(origin.requests().getFirst())
                    .contains("X-Forwarded-For: 6.6.6.6, 203.0.113.9, 127.0.0.1\r\n"
                            + "X-Forwarded-Port: 8443\r\nX-Forwarded-Proto: https\r\n");
        }
    }

    @Test
    void believesNobodyByDefault() throws Exception {
        try (TestGateway gateway = TestGateway.start();
                Origin origin = Origin.serving(Origin.echo())) {
            gateway.route("GET", "/a", TestGateway.proxy(origin.url() + "/a"));
            gateway.exchange(TestGateway.request("GET", "/a", TOLD));
            Exchange exchange = ended(gateway);
            assertThat(exchange.sourceIp()).isEqualTo("127.0.0.1");
            assertThat(exchange.scheme()).isEqualTo("http");
            assertThat(exchange.localPort()).isEqualTo(gateway.port());
            assertThat(origin.requests().getFirst())
                    .contains("X-Forwarded-For: 6.6.6.6, 203.0.113.9, 127.0.0.1\r\n" + "X-Forwarded-Port: "
                            + gateway.port() + "\r\nX-Forwarded-Proto: http\r\n");
        }
    }

    @Test
    void eachRequestOfAConnectionHasItsOwnClient() throws Exception {
        try (TestGateway gateway = trusting("127.0.0.1")) {
            gateway.route("GET", "/a", TestGateway.mock("x"));
            try (RawClient client = gateway.connect()) {
                for (String address : List.of("203.0.113.1", "203.0.113.2")) {
                    client.send(TestGateway.request("GET", "/a", "X-Forwarded-For: " + address + "\r\n"))
                            .answer();
                    assertThat(ended(gateway).sourceIp()).isEqualTo(address);
                }
                client.send(TestGateway.request("GET", "/a")).answer();
                assertThat(ended(gateway).sourceIp()).isEqualTo("127.0.0.1");
            }
        }
    }

    @Test
    void guessesAreCountedForTheClientBehindTheProxy() throws Exception {
        Guessing two = new Guessing(new Limit(Rate.perSecond(0), 2), 1024);
        try (TestGateway gateway = TestGateway.start(
                settings -> settings.withGuessing(two).withTrustedProxies(List.of(Network.parse("127.0.0.1"))))) {
            gateway.route(new Route(
                    "r1", "/k", "GET", true, false, TestGateway.bucket("m", Limit.UNLIMITED), TestGateway.mock("ok")));
            assertThat(statuses(gateway, "203.0.113.1", 3)).containsExactly(403, 403, 429);
            assertThat(statuses(gateway, "203.0.113.2", 3)).containsExactly(403, 403, 429);
            assertThat(statuses(gateway, "6.6.6.6, 203.0.113.1", 1)).containsExactly(429);
        }
    }

    @Test
    void whoIsNotTrustedCannotEvadeTheGuessLimit() throws Exception {
        Guessing two = new Guessing(new Limit(Rate.perSecond(0), 2), 1024);
        try (TestGateway gateway = TestGateway.start(
                settings -> settings.withGuessing(two).withTrustedProxies(List.of(Network.parse("10.0.0.0/8"))))) {
            gateway.route(new Route(
                    "r1", "/k", "GET", true, false, TestGateway.bucket("m", Limit.UNLIMITED), TestGateway.mock("ok")));
            assertThat(statuses(gateway, "203.0.113.1", 1)).containsExactly(403);
            assertThat(statuses(gateway, "10.0.0.1", 1)).containsExactly(403);
            assertThat(statuses(gateway, "203.0.113.3", 1)).containsExactly(429);
        }
    }

    private static List<Integer> statuses(TestGateway gateway, String forwarded, int requests) throws Exception {
        List<Integer> statuses = new java.util.ArrayList<>();
        for (int i = 0; i < requests; i++) {
            statuses.add(gateway.exchange(TestGateway.request(
                            "GET", "/k", "X-Api-Key: guess-" + i + "\r\nX-Forwarded-For: " + forwarded + "\r\n"))
                    .status());
        }
        return statuses;
    }

    private static TestGateway trusting(String network) {
        return TestGateway.start(settings -> settings.withTrustedProxies(List.of(Network.parse(network))));
    }

    private static Exchange ended(TestGateway gateway) throws InterruptedException {
        return Objects.requireNonNull(gateway.end().exchange());
    }
}
