/*
 * SPDX-FileCopyrightText: The Sluice authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.sluice.gateway.netty;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.gateway.Integration;
import java.io.IOException;
import java.time.Duration;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** Where a path leads is remembered; what a second request of it gets is as if it were not. All on one connection, so on one loop. */
class RepeatedPathsTest {
    private final TestGateway gateway = TestGateway.start();
    private final RawClient client = connect();

    private RawClient connect() {
        try {
            return gateway.connect();
        } catch (IOException e) {
            throw new java.io.UncheckedIOException(e);
        }
    }

    @AfterEach
    void close() throws IOException {
        client.close();
        gateway.close();
    }

    private String get(String path, String... fields) throws IOException {
        return send("GET", path, fields).text();
    }

    private RawClient.Answer send(String method, String path, String... fields) throws IOException {
        return client.send(method + " /dev" + path + " HTTP/1.1\r\nHost: api1.execute-api.localhost\r\n"
                        + String.join("", fields) + "\r\n")
                .answer();
    }

    @Test
    void aStageThatIsPublishedAnewServesTheNextRequest() throws IOException {
        gateway.route("GET", "/{any}", TestGateway.mock("old"));
        assertThat(get("/a")).isEqualTo("old");
        assertThat(get("/a")).isEqualTo("old");
        gateway.route("GET", "/a", TestGateway.mock("new"));
        assertThat(get("/a")).isEqualTo("new");
        gateway.published.withdraw("api1", "dev");
        assertThat(send("GET", "/a").status()).isEqualTo(403);
    }

    @Test
    void methodsAndHostsOfOnePathAreApart() throws IOException {
        gateway.route("GET", "/a", TestGateway.mock("got")).route("PUT", "/a", TestGateway.mock("put"));
        for (int i = 0; i < 2; i++) {
            assertThat(get("/a")).isEqualTo("got");
            assertThat(send("PUT", "/a").text()).isEqualTo("put");
            assertThat(send("POST", "/a", "X-HTTP-Method-Override: PUT\r\n", "Content-Length: 0\r\n")
                            .text())
                    .isEqualTo("put");
            assertThat(send("DELETE", "/a").status()).isEqualTo(403);
            assertThat(client.send("GET /dev/a HTTP/1.1\r\nHost: api2.execute-api.localhost\r\n\r\n")
                            .answer()
                            .status())
                    .isEqualTo(403);
        }
    }

    @Test
    void eachQueryGoesToTheUpstream() throws Exception {
        try (Origin origin = Origin.serving(Origin.echo())) {
            gateway.route("GET", "/{id}/{proxy+}", TestGateway.proxy(origin.url() + "/at/{proxy}/of/{id}"));
            for (String target : new String[] {"/7/a/b?x=1", "/7/a/b?x=2", "/8/a/b", "/7/a/b?x=1"}) {
                assertThat(send("GET", target).status()).isEqualTo(200);
            }
            assertThat(origin.requests())
                    .extracting(request -> request.substring(0, request.indexOf(" HTTP")))
                    .containsExactly(
                            "GET /at/a/b/of/7?x=1", "GET /at/a/b/of/7?x=2", "GET /at/a/b/of/8", "GET /at/a/b/of/7?x=1");
        }
    }

    @Test
    void whatAFieldOrAQuerySaysOfTheUpstreamsPathIsSaidByEachRequest() throws Exception {
        try (Origin origin = Origin.serving(Origin.echo())) {
            Map<String, String> mappings = Map.of(
                    "integration.request.path.tenant", "method.request.header.tenant",
                    "integration.request.path.shard", "method.request.querystring.shard");
            gateway.route(
                    "GET",
                    "/a",
                    Integration.HttpProxy.of(
                            origin.url() + "/{tenant}/{shard}", "GET", Duration.ofSeconds(5), mappings));
            send("GET", "/a?shard=1", "tenant: one\r\n");
            send("GET", "/a?shard=1", "tenant: two\r\n");
            send("GET", "/a?shard=2", "tenant: two\r\n");
            assertThat(origin.requests())
                    .extracting(request -> request.substring(0, request.indexOf('?')))
                    .containsExactly("GET /one/1", "GET /two/1", "GET /two/2");
        }
    }
}
