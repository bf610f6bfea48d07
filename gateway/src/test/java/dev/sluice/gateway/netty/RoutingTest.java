/*
 * SPDX-FileCopyrightText: The Sluice authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.sluice.gateway.netty;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.gateway.Backend;
import dev.sluice.gateway.BackendResponse;
import dev.sluice.gateway.Header;
import dev.sluice.gateway.Integration;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** How requests find their stage and route. The back end answers what it sees. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class RoutingTest {
    private static final Backend MIRROR =
            (exchange, body) -> CompletableFuture.completedFuture(new BackendResponse.Answer(
                    200,
                    List.of(new Header("Content-Type", "text/plain")),
                    String.join(
                                    " ",
                                    exchange.httpMethod(),
                                    exchange.route().methodKey(),
                                    exchange.path(),
                                    exchange.canonicalPath(),
                                    exchange.stagePath(),
                                    exchange.pathParameters().toString())
                            .getBytes(StandardCharsets.UTF_8)));

    private final TestGateway gateway = TestGateway.start();

    @BeforeAll
    void route() {
        Integration mirror = new Integration.Called(MIRROR, Duration.ofSeconds(5));
        gateway.route("GET", "/", mirror).route("ANY", "/pets/{id}", mirror).route("GET", "/files/{proxy+}", mirror);
    }

    @AfterAll
    void close() {
        gateway.close();
    }

    private RawClient.Answer send(String method, String target, String host, String... fields) throws IOException {
        return gateway.exchange(
                method + " " + target + " HTTP/1.1\r\nHost: " + host + "\r\n" + String.join("", fields) + "\r\n");
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "api1.execute-api.localhost | /dev | GET //GET / / /dev/ {}",
                "api1.execute-api.localhost | /dev/ | GET //GET / / /dev/ {}",
                "API1.Execute-Api.us-east-1.amazonaws.com:8080 | /dev/pets/7/?x | GET /pets/{id}/ANY /pets/7/ /pets/7 /dev/pets/7/ {id=7}",
                "api1.execute-api.localhost | //dev//pets//%37 | GET /pets/{id}/ANY //pets//%37 /pets/7 /dev//pets//%37 {id=7}",
                "127.0.0.1:1 | /restapis/api1/dev/_user_request_/pets/7 | GET /pets/{id}/ANY /pets/7 /pets/7 /dev/pets/7 {id=7}",
                "127.0.0.1:1 | /restapis/api1/dev/_user_request_ | GET //GET / / /dev/ {}",
                "127.0.0.1:1 | /_aws/execute-api/api1/dev/files/a/b | GET /files/{proxy+}/GET /files/a/b /files/a/b /dev/files/a/b {proxy=a/b}",
                "ignored | http://api1.execute-api.localhost/dev/pets/a%2Bb | GET /pets/{id}/ANY /pets/a%2Bb /pets/a%2Bb /dev/pets/a%2Bb {id=a%2Bb}",
            })
    void findsStageAndRoute(String host, String target, String seen) throws IOException {
        assertThat(send("GET", target, host).text()).isEqualTo(seen);
    }

    @ParameterizedTest
    @CsvSource({
        "api2.execute-api.localhost, /dev/pets/7",
        "api1.execute-api.localhost, /prod/pets/7",
        "api1.execute-api.localhost, /",
        "127.0.0.1, /pets/7",
        "127.0.0.1, /restapis/api1/dev/pets/7",
        "127.0.0.1, /restapis/api1/none/_user_request_/pets/7",
        "127.0.0.1, /_aws/execute-api/api1",
        "execute-api.localhost, /dev/pets/7",
    })
    void forbidsUnknownApisAndStages(String host, String target) throws IOException {
        RawClient.Answer answer = send("GET", target, host);
        assertThat(answer.status()).isEqualTo(403);
        assertThat(answer.header("x-amzn-ErrorType")).isEqualTo("ForbiddenException");
        assertThat(answer.text()).isEqualTo("{\"message\":\"Forbidden\"}");
    }

    @ParameterizedTest
    @CsvSource({"GET, /none", "POST, /", "HEAD, /", "GET, /files", "GET, /pets", "GET, /pets/7/x"})
    void hasNoTokenForUnknownRoutes(String method, String path) throws IOException {
        try (RawClient client = gateway.connect()) {
            RawClient.Answer answer =
                    client.send(TestGateway.request(method, path)).answerToHead();
            assertThat(answer.status()).isEqualTo(403);
            assertThat(answer.header("x-amzn-ErrorType")).isEqualTo("MissingAuthenticationTokenException");
            assertThat(answer.header("Content-Length")).isEqualTo("42");
        }
        if (!method.equals("HEAD")) {
            assertThat(gateway.exchange(TestGateway.request(method, path)).text())
                    .isEqualTo("{\"message\":\"Missing Authentication Token\"}");
        }
    }

    @Test
    void letsAPostTakeAnotherVerb() throws IOException {
        assertThat(gateway.exchange(TestGateway.request("POST", "/", "X-HTTP-Method-Override: get\r\n"))
                        .text())
                .startsWith("GET //GET");
        assertThat(gateway.exchange(TestGateway.request("PUT", "/", "X-HTTP-Method-Override: GET\r\n"))
                        .status())
                .isEqualTo(403);
    }

    @Test
    void servesAStageFromThePublicationToTheWithdrawal() throws IOException {
        try (TestGateway other = TestGateway.start()) {
            assertThat(other.get("/").text()).isEqualTo("{\"message\":\"Forbidden\"}");
            other.route("GET", "/", TestGateway.mock("here"));
            assertThat(other.get("/").text()).isEqualTo("here");
            other.published.withdraw("api1", "dev");
            assertThat(other.get("/").status()).isEqualTo(403);
        }
    }
}
