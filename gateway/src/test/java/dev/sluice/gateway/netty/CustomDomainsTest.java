/*
 * SPDX-FileCopyrightText: The Sluice authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.sluice.gateway.netty;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.gateway.Backend;
import dev.sluice.gateway.BackendResponse;
import dev.sluice.gateway.BasePath;
import dev.sluice.gateway.Certificates;
import dev.sluice.gateway.CustomDomain;
import dev.sluice.gateway.CustomDomains;
import dev.sluice.gateway.GatewaySettings.Tls;
import dev.sluice.gateway.GatewaySettings.TlsProvider;
import dev.sluice.gateway.Header;
import dev.sluice.gateway.Integration;
import dev.sluice.gateway.Route;
import dev.sluice.gateway.Routes;
import dev.sluice.gateway.Stage;
import dev.sluice.gateway.StageId;
import dev.sluice.gateway.accesslog.AccessLog;
import dev.sluice.limits.Limit;
import dev.sluice.limits.NanoClock;
import dev.sluice.limits.Rate;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Requests by host names of their own. Every API answers its id, its stage and what it sees of the path. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class CustomDomainsTest {
    private static final Backend MIRROR =
            (exchange, body) -> CompletableFuture.completedFuture(new BackendResponse.Answer(
                    200,
                    List.of(new Header("Content-Type", "text/plain")),
                    String.join(
                                    " ",
                                    exchange.stage().id().apiId(),
                                    exchange.stage().id().stageName(),
                                    exchange.canonicalPath(),
                                    exchange.stagePath(),
                                    "(" + exchange.basePath() + ")")
                            .getBytes(StandardCharsets.UTF_8)));

    private final TestGateway gateway = TestGateway.start();

    @BeforeAll
    void serve() {
        publish("api1", "dev", false);
        publish("api2", "prod", false);
        publish("api3", "prod", true);
        CustomDomain mapped = new CustomDomain(
                "api.example.com",
                List.of(
                        new BasePath("v1", "api1", "dev"),
                        new BasePath("v1/orders", "api2", "prod"),
                        new BasePath("any", "api2", null),
                        new BasePath("a$(b)", "api2", "prod"),
                        new BasePath("only", "api3", "prod"),
                        new BasePath("gone", "api9", "prod")));
        gateway.published.serve(CustomDomains.of(List.of(
                mapped,
                new CustomDomain("bare.example.com", List.of(new BasePath("", "api2", null))),
                new CustomDomain(
                        "whole.example.com",
                        List.of(new BasePath("", "api1", "dev"), new BasePath("v2", "api2", "prod"))),
                new CustomDomain("empty.example.com", List.of()),
                new CustomDomain("*.example.com", List.of(new BasePath("", "api2", "prod"))))));
    }

    private void publish(String apiId, String stageName, boolean byDomainOnly) {
        Integration mirror = new Integration.Called(MIRROR, Duration.ofSeconds(5));
        List<Route> routes = List.of(route("/", mirror), route("/{proxy+}", mirror));
        gateway.published.publish(new Stage(
                new StageId("123456789012", "us-east-1", apiId, stageName),
                apiId,
                "dep1",
                Map.of(),
                List.of(),
                Routes.of(routes),
                TestGateway.bucket("stage", Limit.UNLIMITED),
                TestGateway.bucket("api", Limit.UNLIMITED),
                TestGateway.bucket("account", Limit.UNLIMITED),
                null,
                null,
                byDomainOnly));
    }

    private static Route route(String path, Integration integration) {
        return new Route("r", path, "ANY", false, false, TestGateway.bucket("method", Limit.UNLIMITED), integration);
    }

    @AfterAll
    void close() {
        gateway.close();
    }

    private RawClient.Answer send(String target, String host) throws IOException {
        return gateway.exchange("GET " + target + " HTTP/1.1\r\nHost: " + host + "\r\n\r\n");
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "api.example.com | /v1/pets/7 | api1 dev /pets/7 /v1/pets/7 (v1)",
                "api.example.com | /v1 | api1 dev / /v1 (v1)",
                "api.example.com | /v1/?x=1 | api1 dev / /v1/ (v1)",
                "API.Example.Com:8443 | /v1/a | api1 dev /a /v1/a (v1)",
                "api.example.com. | /v1/a | api1 dev /a /v1/a (v1)",
                "api.example.com.:443 | /v1/a | api1 dev /a /v1/a (v1)",
                "ignored | http://api.example.com:80/v1/a | api1 dev /a /v1/a (v1)",
                "api.example.com | /v1/orders/7 | api2 prod /7 /v1/orders/7 (v1/orders)",
                "api.example.com | /v1/ordersx/7 | api1 dev /ordersx/7 /v1/ordersx/7 (v1)",
                "api.example.com | /v1//orders//7 | api2 prod /7 /v1//orders//7 (v1/orders)",
                "api.example.com | //v1/a | api1 dev /a //v1/a (v1)",
                "api.example.com | /%76%31/a | api1 dev /a /%76%31/a (v1)",
                "api.example.com | /v1%2forders/7 | ",
                "api.example.com | /v1/orders%2f7 | api1 dev /orders%2F7 /v1/orders%2f7 (v1)",
                "api.example.com | /a$(b)/7 | api2 prod /7 /a$(b)/7 (a$(b))",
                "api.example.com | /a%24%28b%29/7 | api2 prod /7 /a%24%28b%29/7 (a$(b))",
                "api.example.com | /any/prod/7 | api2 prod /7 /any/prod/7 (any)",
                "api.example.com | /any/%70rod | api2 prod / /any/%70rod (any)",
                "api.example.com | /only/7 | api3 prod /7 /only/7 (only)",
                "bare.example.com | /prod/7 | api2 prod /7 /prod/7 ()",
                "whole.example.com | /v1/7 | api1 dev /v1/7 /v1/7 ()",
                "whole.example.com | / | api1 dev / / ()",
                "whole.example.com | /v2 | api2 prod / /v2 (v2)",
                "whole.example.com | /restapis/api2/prod/_user_request_/7 | api2 prod /7 /prod/7 (null)",
                "other.example.com | /7 | api2 prod /7 /7 ()",
            })
    void theLongestBasePathLeadsToItsStage(String host, String target, String seen) throws IOException {
        RawClient.Answer answer = send(target, host);
        assertThat(answer.text()).isEqualTo(seen == null ? "{\"message\":\"Forbidden\"}" : seen);
    }

    @ParameterizedTest
    @CsvSource({
        "api.example.com, /",
        "api.example.com, /V1/a",
        "api.example.com, /v1x",
        "api.example.com, /v",
        "api.example.com, /v1%20/a",
        "api.example.com, /v1;x/a",
        "api.example.com, /v1%3b/a",
        "api.example.com, /v1%252f/a",
        "api.example.com, /any/dev/7",
        "api.example.com, /any",
        "api.example.com, /gone/7",
        "api.example.com, /dev/7",
        "bare.example.com, /",
        "bare.example.com, /PROD/7",
        "empty.example.com, /v1",
        "example.com, /v1",
        "a.b.example.com, /v1",
        ".example.com, /v1",
        "a.example.org, /v1",
        "api.example.com.., /v1",
        "api.example.com.evil.org, /v1",
        "evil.api.example.com, /v1",
        "api.example.com:80:80, /v1",
        "api-example.com, /v1",
    })
    void forbidsWhatNoBasePathLeadsTo(String host, String target) throws IOException {
        RawClient.Answer answer = send(target, host);
        assertThat(answer.text()).isEqualTo("{\"message\":\"Forbidden\"}");
        assertThat(answer.status()).isEqualTo(403);
        assertThat(answer.header("x-amzn-ErrorType")).isEqualTo("ForbiddenException");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "/v1%2f..",
                "/v1/../only/7",
                "/v1/%2e%2e/only",
                "/v1/..%2fonly",
                "/v1/..;/only",
                "/./v1",
                "/v1\\..\\only",
                "/v1%5c..%5conly",
                "/v1%",
                "/v1%00",
                "/v1#x"
            })
    void noDotsOrBrokenEncodingsGetPastABasePath(String target) throws IOException {
        assertThat(send(target, "api.example.com").status()).isEqualTo(400);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "Host: api.example.com\r\nHost: whole.example.com",
                "Host: api.example.com, whole.example.com",
                "Host: api.example.com whole.example.com",
                "Host: api.example.com/v1",
                "Host: *.example.com",
                "Host: api.example.com@whole.example.com",
                "Host: api.example.com\u0000",
                "X-Forwarded-Host: api.example.com"
            })
    void hostsThatAreAmbiguousAreBadRequests(String field) throws IOException {
        assertThat(gateway.exchange("GET /v1/a HTTP/1.1\r\n" + field + "\r\n\r\n")
                        .status())
                .isEqualTo(400);
    }

    @Test
    void nobodyForwardsAHost() throws IOException {
        String request = "GET /7 HTTP/1.1\r\nHost: empty.example.com\r\nX-Forwarded-Host: whole.example.com\r\n\r\n";
        assertThat(gateway.exchange(request).status()).isEqualTo(403);
    }

    @Test
    void anApiThatIsDisabledElsewhereIsServedByDomainsOnly() throws IOException {
        assertThat(send("/only/7", "api.example.com").status()).isEqualTo(200);
        for (String[] way : new String[][] {
            {"/prod/7", "api3.execute-api.localhost"},
            {"/restapis/api3/prod/_user_request_/7", "api.example.com"},
            {"/restapis/api3/prod/_user_request_/7", "localhost"},
            {"/_aws/execute-api/api3/prod/7", "localhost"}
        }) {
            RawClient.Answer answer = send(way[0], way[1]);
            assertThat(answer.status()).as(way[0]).isEqualTo(403);
            assertThat(answer.text()).isEqualTo("{\"message\":\"Forbidden\"}");
        }
    }

    @Test
    void http2GoesByItsAuthority() throws IOException {
        try (RawHttp2 client = RawHttp2.connect(gateway.port())) {
            String[] names = {"api.example.com", "Whole.Example.com:443", "nobody.example.org"};
            String[] seen = {"api1 dev /7 /v1/7 (v1)", "api1 dev /v1/7 /v1/7 ()", "{\"message\":\"Forbidden\"}"};
            for (int i = 0; i < names.length; i++) {
                int stream = 2 * i + 1;
                client.headers(
                        stream, true, ":method", "GET", ":scheme", "http", ":path", "/v1/7", ":authority", names[i]);
                assertThat(client.answer(stream).text()).isEqualTo(seen[i]);
            }
        }
    }

    /** As HTTP/2's clients reuse connections, and proxies send no name (decision 0128). */
    @ParameterizedTest
    @ValueSource(strings = {"api.example.com", "other.example.org", ""})
    void theHostDecidesWhateverNameTheHandshakeHad(String serverName) throws Exception {
        Certificates certificates = new Certificates(
                TestCertificate.make().server(),
                Map.of(
                        "api.example.com",
                                TestCertificate.named("api.example.com").server(),
                        "b.example.com", TestCertificate.named("b.example.com").server()));
        Tls tls = new Tls("127.0.0.1", 0, certificates, TlsProvider.AUTO, Tls.TICKET_KEY_PERIOD);
        try (TestGateway secure = TestGateway.start(settings -> settings.withTls(tls));
                RawClient client = new TlsClient("TLSv1.3").connect(secure.tlsPort(), serverName)) {
            secure.route("GET", "/{proxy+}", TestGateway.mock("b"));
            secure.published.serve(CustomDomains.of(
                    List.of(new CustomDomain("b.example.com", List.of(new BasePath("", "api1", "dev"))))));
            assertThat(client.send("GET /a HTTP/1.1\r\nHost: b.example.com\r\n\r\n")
                            .answer()
                            .text())
                    .isEqualTo("b");
        }
    }

    @Test
    void changesAreForTheNextRequestOfTheSameConnection() throws IOException {
        try (TestGateway other = TestGateway.start();
                RawClient client = other.connect()) {
            other.route("GET", "/{proxy+}", TestGateway.mock("here"));
            String request = "GET /a HTTP/1.1\r\nHost: a.example.com\r\n\r\n";
            assertThat(client.send(request).answer().status()).isEqualTo(403);
            CustomDomain domain = new CustomDomain("a.example.com", List.of(new BasePath("", "api1", "dev")));
            other.published.serve(other.published.domains().with(domain));
            assertThat(client.send(request).answer().text()).isEqualTo("here");
            other.published.serve(other.published.domains().with(new CustomDomain("a.example.com", List.of())));
            assertThat(client.send(request).answer().status()).isEqualTo(403);
            other.published.serve(other.published.domains().without("a.example.com"));
            assertThat(client.send(request).answer().status()).isEqualTo(403);
        }
    }

    @Test
    void limitsAndLogsAreThoseOfTheStage(@TempDir Path folder) throws Exception {
        try (AccessLog log = AccessLog.open(folder, new AccessLog.Bounds(1 << 20, 2, 1 << 16), NanoClock.SYSTEM);
                TestGateway limited = TestGateway.start()) {
            limited.log(
                    log,
                    "a",
                    "$context.domainName $context.domainPrefix $context.customDomain.basePathMatched"
                            + " $context.path $context.stage $context.status $context.sluice.policy");
            limited.route("GET", "/a", TestGateway.mock("ok"));
            limited.publish(TestGateway.bucket("stage", new Limit(Rate.perSecond(0), 1)));
            limited.published.serve(CustomDomains.of(
                    List.of(new CustomDomain("*.example.com", List.of(new BasePath("v1/x", "api1", "dev"))))));
            String request = "GET /v1/x/a HTTP/1.1\r\nHost: b.example.com\r\n\r\n";
            assertThat(limited.exchange(request).status()).isEqualTo(200);
            assertThat(limited.end().refusedBy()).isNull();
            assertThat(limited.exchange(request).status()).isEqualTo(429);
            assertThat(limited.end().refusedBy()).isEqualTo("stage");
            assertThat(limited.get("/a").status()).isEqualTo(429);
            limited.end();
        }
        assertThat(Files.readAllLines(folder.resolve("a.log")))
                .containsExactly(
                        "b.example.com b v1/x /v1/x/a dev 200 -",
                        "b.example.com b v1/x /v1/x/a dev 429 stage",
                        "api1.execute-api.localhost api1 - /dev/a dev 429 stage");
    }
}
