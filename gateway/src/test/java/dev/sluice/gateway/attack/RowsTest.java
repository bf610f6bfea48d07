/*
 * SPDX-FileCopyrightText: The Sluice authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.sluice.gateway.attack;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.gateway.GatewaySettings.Egress;
import dev.sluice.gateway.GatewaySettings.Guessing;
import dev.sluice.gateway.Integration;
import dev.sluice.gateway.Route;
import dev.sluice.gateway.attack.RecordingOrigin.Whole;
import dev.sluice.gateway.netty.Origin;
import dev.sluice.gateway.netty.RawClient;
import dev.sluice.gateway.netty.TestGateway;
import dev.sluice.limits.Limit;
import dev.sluice.limits.Rate;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Rows of the list of published attacks that take more than bytes of one client; the others are in the corpus of {@link CorpusTest}. */
class RowsTest {
    private static final String VALUE = "a-key-of-twenty-characters";
    private static final Limit ONE = new Limit(Rate.perSecond(0), 1);

    private final RecordingOrigin origin = RecordingOrigin.naming();
    private TestGateway gateway = TestGateway.start();

    @AfterEach
    void close() {
        gateway.close();
        origin.close();
    }

    private void restart(TestGateway other) {
        gateway.close();
        gateway = other;
    }

    private void serveAll() {
        gateway.route("ANY", "/{proxy+}", TestGateway.proxy(origin.url() + "/{proxy}"));
    }

    private void serveLimited(String method, boolean keyed) {
        gateway.route(
                new Route("r1", "/a", method, keyed, false, TestGateway.bucket("method", ONE), TestGateway.mock("ok")));
    }

    private List<String> targets() {
        return origin.seen().stream()
                .map(seen -> ((Whole) seen).request().target())
                .toList();
    }

    @ParameterizedTest
    @ValueSource(strings = {"a b", "a/b", "a?b", "a#b", "a%0d%0a", "a;b", "a\\b", "a HTTP/1.1", "\u00e9"})
    void row3AMappedValueNeverLeavesItsSegment(String value) throws IOException {
        Map<String, String> mapped = Map.of("integration.request.path.key", "method.request.header.X-Key");
        gateway.route(
                "GET",
                "/a",
                Integration.HttpProxy.of(origin.url() + "/x/{key}/y", "GET", Duration.ofSeconds(5), mapped));
        int status = gateway.exchange(TestGateway.request("GET", "/a", "X-Key: " + value + "\r\n"))
                .status();
        assertThat(status).isIn(200, 400);
        assertThat(targets()).hasSize(status == 200 ? 1 : 0).allMatch(target -> target.matches("/x/[^/?;\\\\]*/y"));
    }

    @Test
    void row5AConnectionIsNotUsedAgainWhenAClientLeftWithinItsBody() throws Exception {
        serveAll();
        try (RawClient client = gateway.connect()) {
            client.send(TestGateway.request("POST", "/left", "Content-Length: 100\r\n") + "x");
            while (origin.bytes() == 0) {
                Thread.onSpinWait();
            }
        }
        assertThat(gateway.end().status()).isEqualTo(499);
        String smuggled = "GET /smuggled HTTP/1.1\r\nHost: x\r\n\r\n".repeat(3);
        RawClient.Answer answer = gateway.exchange(
                TestGateway.request("POST", "/next", "Content-Length: " + smuggled.length() + "\r\n") + smuggled);
        assertThat(answer.text()).isEqualTo("POST /next");
        assertThat(origin.seen().stream()
                        .filter(Whole.class::isInstance)
                        .map(whole -> ((Whole) whole).request().target()))
                .containsExactly("/next");
        assertThat(origin.connections()).isEqualTo(2);
    }

    @Test
    void row7ABodyThatComesAfterAnEarlyAnswerIsNoRequest() throws Exception {
        String body = "GET /dev/smuggled HTTP/1.1\r\nHost: api1.execute-api.localhost\r\n\r\n";
        Origin.Script early = (_, out) -> {
            out.write("HTTP/1.1 200 OK\r\nContent-Length: 5\r\n\r\nearly".getBytes(StandardCharsets.US_ASCII));
            return true;
        };
        try (Origin hasty = Origin.serving(early);
                RawClient client = gateway.connect()) {
            gateway.route("ANY", "/{proxy+}", TestGateway.proxy(hasty.url() + "/{proxy}"));
            client.send(TestGateway.request(
                    "POST", "/a", "Content-Length: " + body.length() + "\r\n", "Expect: 100-continue\r\n"));
            RawClient.Answer answer = client.answer();
            while (answer.status() == 100) {
                answer = client.answer();
            }
            assertThat(answer.text()).isEqualTo("early");
            boolean kept = "keep-alive".equals(answer.header("Connection"));
            client.send(body);
            if (kept) {
                client.send(TestGateway.request("GET", "/b"));
                assertThat(client.answer().text()).isEqualTo("early");
            }
            assertThat(gateway.get("/c").text()).isEqualTo("early");
            assertThat(hasty.requests()).noneMatch(head -> head.contains("smuggled"));
            assertThat(hasty.requests())
                    .filteredOn(head -> head.startsWith("GET /c "))
                    .hasSize(1);
        }
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "X-Forwarded-For: 10.0.0.%d",
                "Forwarded: for=10.0.0.%d",
                "X-Real-IP: 10.0.0.%d",
                "True-Client-IP: 10.0.0.%d"
            })
    void row11NobodyBecomesAnotherAddressByAField(String field) throws IOException {
        Guessing three = new Guessing(new Limit(new Rate(1, 100_000_000_000L), 3), 1024);
        restart(TestGateway.start(settings -> settings.withGuessing(three)));
        serveLimited("GET", true);
        for (int i = 0; i < 5; i++) {
            RawClient.Answer answer = gateway.exchange(
                    TestGateway.request("GET", "/a", "x-api-key: guess-" + i + "\r\n", field.formatted(i) + "\r\n"));
            assertThat(answer.status()).isEqualTo(i < 3 ? 403 : 429);
        }
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "x-api-key: %s\r\nx-api-key: other\r\n",
                "x-api-key: other\r\nx-api-key: %s\r\n",
                "x-api-key: %s\r\nX-API-KEY: %s\r\n",
                "x-api-key: %s, other\r\n",
                "x-api-key:\r\nx-api-key: %s\r\n"
            })
    void row13TwoValuesAreNeverReadAsTheOneThatFits(String fields) throws IOException {
        serveLimited("GET", true);
        gateway.key(VALUE, Limit.UNLIMITED, Map.of(), null);
        assertThat(gateway.exchange(TestGateway.request("GET", "/a", fields.replace("%s", VALUE)))
                        .status())
                .isEqualTo(403);
        assertThat(gateway.exchange(TestGateway.request("GET", "/a", "x-api-key: " + VALUE + "\r\n"))
                        .status())
                .isEqualTo(200);
    }

    @Test
    void row16AKeyIsRefusedOnAnOpenConnectionOnceItIsWithdrawn() throws IOException {
        gateway.route(new Route(
                "r1", "/a", "GET", true, false, TestGateway.bucket("method", Limit.UNLIMITED), TestGateway.mock("ok")));
        gateway.key(VALUE, Limit.UNLIMITED, Map.of(), null);
        String request = TestGateway.request("GET", "/a", "x-api-key: " + VALUE + "\r\n");
        try (RawClient client = gateway.connect()) {
            assertThat(client.send(request).answer().status()).isEqualTo(200);
            gateway.published.withdrawKey("id-" + VALUE);
            assertThat(client.send(request).answer().status()).isEqualTo(403);
        }
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "x-api-key: \u00c3(\u0080\u00ff\r\n",
                "x-api-key: a\tb\r\n",
                "X-Forwarded-For: \u00ff\u00fe\r\nUser-Agent: \u00c3(\r\n",
                "X-Amzn-Trace-Id: \u00ff\r\n",
                "Cookie: \u00f0\u0028\u008c\u0028\r\n",
            })
    void row19WhatIsNotUtf8NeverOpensALimit(String fields) throws IOException {
        serveLimited("GET", false);
        assertThat(gateway.get("/a").status()).isEqualTo(200);
        for (int i = 0; i < 3; i++) {
            assertThat(gateway.exchange(TestGateway.request("GET", "/a", fields))
                            .status())
                    .isEqualTo(429);
        }
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "127.0.0.1",
                "localhost",
                "2130706433",
                "0x7f000001",
                "0177.0.0.1",
                "127.255.255.254",
                "0.0.0.0",
                "0",
                "[::1]",
                "[::]",
                "[::ffff:127.0.0.1]",
                "[::ffff:7f00:1]",
                "[0:0:0:0:0:0:0:1]",
                "LOCALHOST",
                "localhost."
            })
    void row20NoSpellingOfThisMachineReachesTheAdminPort(String host) throws IOException {
        restart(TestGateway.start(settings -> settings.withEgress(Egress.refusingLocalPorts(Set.of(origin.port())))));
        gateway.route("GET", "/a", TestGateway.proxy("http://" + host + ":" + origin.port() + "/"));
        assertThat(gateway.get("/a").status()).isIn(500, 504);
        assertThat(origin.connections()).isZero();
    }

    @Test
    void row25UnknownKeysLeaveNoState() throws IOException {
        serveLimited("GET", true);
        long before = gateway.published.buckets().size();
        int keys = 2_000;
        try (RawClient client = gateway.connect()) {
            for (int i = 0; i < keys; i++) {
                client.send(TestGateway.request("GET", "/a", "x-api-key: random-" + i + "\r\n"));
                assertThat(client.answer().status()).isEqualTo(403);
            }
        }
        assertThat(gateway.published.buckets().size()).isEqualTo(before);
    }

    @Test
    void row26TheBytesOfABodyAreTheClients() throws IOException {
        serveAll();
        String body = "{\"a\":1,\"A\":2,\"a\":3,\"\\u0061\":4,\"a\\u0000\":5} trailing \u00ff\r\n";
        gateway.exchange(TestGateway.request(
                        "POST", "/a", "Content-Type: application/json\r\n", "Content-Length: " + body.length() + "\r\n")
                + body);
        assertThat(((Whole) origin.seen().getFirst()).request().body()).isEqualTo(body);
    }

    static Stream<String> spellings() {
        return Stream.of(
                TestGateway.request("GET", "/a"),
                TestGateway.request("GET", "/a/"),
                TestGateway.request("GET", "//a"),
                TestGateway.request("GET", "/%61"),
                TestGateway.request("GET", "/a?x=1"),
                TestGateway.request("GET", "/a", "Host-X: 1\r\n"),
                "GET //dev///a// HTTP/1.1\r\nHost: API1.EXECUTE-API.LOCALHOST:1\r\n\r\n",
                "GET /%64ev/a HTTP/1.1\r\nHost: api1.execute-api.other\r\n\r\n",
                "GET http://api1.execute-api.localhost/dev/a HTTP/1.1\r\nHost: x\r\n\r\n",
                "GET /restapis/api1/dev/_user_request_/a HTTP/1.1\r\nHost: x\r\n\r\n",
                "GET /_aws/execute-api/api1/dev/a HTTP/1.1\r\nHost: x\r\n\r\n",
                "GET /dev/a HTTP/1.0\r\nHost: api1.execute-api.localhost\r\n\r\n",
                TestGateway.request("POST", "/a", "X-HTTP-Method-Override: GET\r\n", "Content-Length: 0\r\n"),
                TestGateway.request("POST", "/a", "X-HTTP-Method-Override: get\r\n", "Content-Length: 0\r\n"));
    }

    @ParameterizedTest
    @MethodSource("spellings")
    void row28EverySpellingOfARequestMeetsTheSameLimit(String request) throws IOException {
        serveLimited("GET", false);
        assertThat(gateway.exchange(request).status()).isEqualTo(200);
        assertThat(gateway.get("/a").status()).isEqualTo(429);
        assertThat(gateway.exchange(request).status()).isEqualTo(429);
    }

    @Test
    void row28AnyMethodMeetsTheLimitOfItsRoute() throws IOException {
        serveLimited("ANY", false);
        assertThat(gateway.exchange(TestGateway.request("OPTIONS", "/a")).status())
                .isEqualTo(200);
        for (String method : List.of("GET", "POST", "PUT", "DELETE", "PATCH", "get", "PURGE")) {
            assertThat(gateway.exchange(TestGateway.request(method, "/a", "Content-Length: 0\r\n"))
                            .status())
                    .isEqualTo(429);
        }
    }

    @Test
    void row30ARefusalSaysNothingOfOtherTenants() throws IOException {
        gateway.route(new Route(
                "r1", "/a", "GET", true, false, TestGateway.bucket("method", Limit.UNLIMITED), TestGateway.mock("ok")));
        String other = "another-key-of-somebody";
        gateway.key(VALUE, ONE, Map.of(), null);
        gateway.key(other, new Limit(Rate.perSecond(0), 3), Map.of(), null);
        String mine = TestGateway.request("GET", "/a", "x-api-key: " + VALUE + "\r\n");
        gateway.exchange(mine);
        String before = limitsOf(gateway.exchange(mine));
        gateway.exchange(TestGateway.request("GET", "/a", "x-api-key: " + other + "\r\n"));
        RawClient.Answer after = gateway.exchange(mine);
        assertThat(limitsOf(after)).isEqualTo(before);
        assertThat(after.head() + after.text()).doesNotContain(VALUE, other, "id-", "plan-", "api1", "dev");
    }

    private static String limitsOf(RawClient.Answer answer) {
        return answer.status() + " " + answer.header("RateLimit-Policy") + " " + answer.header("RateLimit");
    }
}
