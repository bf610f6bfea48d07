/*
 * SPDX-FileCopyrightText: The Sluice authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.sluice.control.apigateway;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.sluice.control.Documents;
import dev.sluice.gateway.AccessLogFormat;
import dev.sluice.gateway.AccessLogging;
import dev.sluice.gateway.Header;
import dev.sluice.gateway.Integration;
import dev.sluice.gateway.Route;
import dev.sluice.gateway.Stage;
import dev.sluice.limits.Bucket;
import dev.sluice.limits.Decision;
import dev.sluice.limits.Limit;
import dev.sluice.limits.Rate;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

final class PublisherTest {
    @TempDir
    Path dir;

    private ControlPlane plane;
    private ControlPlane.Sample sample;

    @BeforeEach
    void open() {
        plane = ControlPlane.open(dir);
        sample = plane.sample();
    }

    @AfterEach
    void close() {
        plane.close();
    }

    private Route route(String verb, String path) {
        return plane.live(sample, "dev")
                .routes()
                .match(verb, path)
                .orElseThrow()
                .route();
    }

    private static Limit limit(long rate, long burst) {
        return new Limit(Rate.perSecond(rate), burst);
    }

    /** How many of many requests in one instant the bucket admits. */
    private int admitted(Bucket bucket) {
        int admitted = 0;
        while (plane.limiter.admit(plane.limiter.newLevels().add(bucket), 1) instanceof Decision.Admitted
                && admitted < 9_999) {
            admitted++;
        }
        return admitted;
    }

    private void reopen() {
        plane.close();
        plane = ControlPlane.open(dir);
    }

    @Test
    void compilesAllOfAStage() {
        plane.patch(sample.path(), "add /binaryMediaTypes/image~1png").ok(200);
        String deployment = plane.deploy(sample, "dev");
        plane.patch(sample.stage("dev"), "replace /variables/a 1", "replace /data/GET/metrics/enabled true")
                .ok(200);
        Stage stage = plane.live(sample, "dev");
        assertThat(stage.id().accountId()).isEqualTo(ControlPlane.ACCOUNT);
        assertThat(stage.id().region()).isEqualTo(ControlPlane.REGION);
        assertThat(stage.apiName()).isEqualTo("sample");
        assertThat(stage.deploymentId()).isEqualTo(deployment);
        assertThat(stage.variables()).containsExactly(java.util.Map.entry("a", "1"));
        assertThat(stage.binaryMediaTypes()).containsExactly("image/png");
        assertThat(stage.stageBucket().limit().get()).isEqualTo(Limit.UNLIMITED);
        assertThat(stage.apiBucket().limit().get()).isEqualTo(Limit.UNLIMITED);
        assertThat(stage.accountBucket().limit().get()).isEqualTo(limit(10_000, 5_000));
        Route route = route("GET", "/data");
        assertThat(route.resourceId()).isEqualTo(sample.resource());
        assertThat(route.resourcePath()).isEqualTo("/data");
        assertThat(route.apiKeyRequired()).isTrue();
        assertThat(route.detailedMetrics()).isTrue();
        assertThat(route.integration()).isInstanceOfSatisfying(Integration.Mock.class, mock -> {
            assertThat(mock.status()).isEqualTo(200);
            assertThat(mock.headers()).containsExactly(new Header("Content-Type", "application/json"));
            assertThat(new String(mock.body(), StandardCharsets.UTF_8)).isEqualTo("{\"ok\":true}");
        });
    }

    @Test
    void anAccessLogIsLiveAtOnceWhenBothItsMembersAreThere() {
        plane.deploy(sample, "dev");
        assertThat(plane.live(sample, "dev").accessLog()).isNull();
        plane.patch(
                        sample.stage("dev"),
                        "replace /accessLogSettings/destinationArn arn:aws:logs:us-east-1:1:log-group:/aws/api:*")
                .ok(200);
        assertThat(plane.live(sample, "dev").accessLog()).isNull();
        plane.patch(sample.stage("dev"), "replace /accessLogSettings/format $context.requestId $context.status\n")
                .ok(200);
        assertThat(plane.live(sample, "dev").accessLog())
                .isEqualTo(new AccessLogging("/aws/api", AccessLogFormat.of("$context.requestId $context.status\n")));
        plane.patch(
                        sample.stage("dev"),
                        "replace /accessLogSettings/destinationArn arn:aws:firehose:us-east-1:1:deliverystream/amazon-apigateway-x")
                .ok(200);
        reopen();
        assertThat(plane.live(sample, "dev").accessLog())
                .isEqualTo(new AccessLogging(
                        "amazon-apigateway-x", AccessLogFormat.of("$context.requestId $context.status\n")));
        plane.patch(sample.stage("dev"), "remove /accessLogSettings").ok(200);
        assertThat(plane.live(sample, "dev").accessLog()).isNull();
    }

    @Test
    void anApiNameIsLiveAtOnceItsDeploymentsAreNot() {
        plane.deploy(sample, "dev");
        plane.patch(sample.path(), "replace /name other", "add /binaryMediaTypes/a~1b")
                .ok(200);
        assertThat(plane.live(sample, "dev").apiName()).isEqualTo("other");
        assertThat(plane.live(sample, "dev").binaryMediaTypes()).isEmpty();
    }

    @Test
    void functionsAreCalledByWhatTheUriNames() {
        String method = sample.method("POST");
        plane.put(method, "{\"authorizationType\":\"NONE\"}").ok(201);
        plane.put(
                        method + "/integration",
                        "{\"type\":\"AWS_PROXY\",\"httpMethod\":\"POST\",\"timeoutInMillis\":5000,\"credentials\":\"arn:r\",\"uri\":"
                                + "\"arn:aws:apigateway:us-east-1:lambda:path/2015-03-31/functions/arn:aws:lambda:us-east-1:"
                                + "123456789012:function:${stageVariables.f}:live/invocations\"}")
                .ok(201);
        plane.post(sample.path() + "/deployments", "{\"stageName\":\"dev\",\"variables\":{\"f\":\"worker\"}}")
                .ok(201);
        assertThat(plane.functions)
                .containsExactly(new FunctionBackends.Target(
                        "arn:aws:lambda:us-east-1:123456789012:function:worker:live",
                        "arn:r",
                        ControlPlane.ACCOUNT,
                        ControlPlane.REGION,
                        sample.id(),
                        "dev",
                        "POST",
                        sample.resource(),
                        "/data"));
        assertThat(route("POST", "/data").integration())
                .isInstanceOfSatisfying(
                        Integration.Called.class,
                        called -> assertThat(called.timeout()).isEqualTo(Duration.ofSeconds(5)));
    }

    @Test
    void httpProxiesGetTheirVariables() {
        String method = sample.method("POST");
        plane.put(method, "{\"authorizationType\":\"NONE\"}").ok(201);
        plane.put(
                        method + "/integration",
                        "{\"type\":\"HTTP_PROXY\",\"httpMethod\":\"PUT\",\"uri\":\"http://${stageVariables.host}/x\","
                                + "\"requestParameters\":{\"integration.request.header.V\":\"stageVariables.v\"}}")
                .ok(201);
        plane.deploy(sample, "dev");
        assertMisconfigured(route("POST", "/data").integration());
        plane.patch(sample.stage("dev"), "add /variables/host backend.example:81", "add /variables/v 2")
                .ok(200);
        assertThat(route("POST", "/data").integration()).isInstanceOfSatisfying(Integration.HttpProxy.class, proxy -> {
            assertThat(proxy.url().authority()).isEqualTo("backend.example:81");
            assertThat(proxy.method()).isEqualTo("PUT");
            assertThat(proxy.timeout()).isEqualTo(Duration.ofSeconds(29));
            assertThat(proxy.parameters().toString()).contains("Literal[value=2]");
        });
    }

    private static void assertMisconfigured(Integration integration) {
        assertThat(integration)
                .isInstanceOfSatisfying(
                        Integration.Called.class,
                        called -> assertThat(called.backend()).isSameAs(IntegrationCompiler.MISCONFIGURED));
    }

    /** AWS's control plane takes these; its data plane answers 500. */
    @ParameterizedTest
    @ValueSource(
            strings = {
                "{\"type\":\"MOCK\"}",
                "{\"type\":\"MOCK\",\"requestTemplates\":{\"application/json\":\"nonsense\"}}",
                "{\"type\":\"MOCK\",\"requestTemplates\":{\"application/json\":\"{\\\"statusCode\\\":\\\"200\\\"}\"}}",
                "{\"type\":\"AWS_PROXY\",\"httpMethod\":\"GET\",\"uri\":\"arn:aws:apigateway:us-east-1:lambda:path/2015-03-31/functions/arn:aws:lambda:us-east-1:1:function:f/invocations\"}",
            })
    void whatCannotWorkAnswers500(String json) {
        String method = sample.method("POST");
        plane.put(method, "{\"authorizationType\":\"NONE\"}").ok(201);
        plane.put(method + "/responses/200", "{}").ok(201);
        plane.put(method + "/integration", json).ok(201);
        plane.put(method + "/integration/responses/200", "{}").ok(201);
        plane.deploy(sample, "dev");
        assertThat(plane.functions).isEmpty();
        assertMisconfigured(route("POST", "/data").integration());
    }

    @Test
    void mocksChooseTheResponseThatFitsTheirStatus() {
        String method = sample.method("POST");
        plane.put(method, "{\"authorizationType\":\"NONE\"}").ok(201);
        plane.put(method + "/responses/200", "{}").ok(201);
        plane.put(method + "/responses/418", "{\"responseParameters\":{\"method.response.header.X-Tea\":true}}")
                .ok(201);
        plane.put(
                        method + "/integration",
                        "{\"type\":\"MOCK\",\"requestTemplates\":{\"application/json\":\"{statusCode: 418}\"}}")
                .ok(201);
        plane.put(method + "/integration/responses/200", "{}").ok(201);
        plane.put(
                        method + "/integration/responses/418",
                        "{\"selectionPattern\":\"4\\\\d+\",\"responseParameters\":{\"method.response.header.X-Tea\":\"'pot'\"},"
                                + "\"responseTemplates\":{\"text/plain\":\"short\"}}")
                .ok(201);
        plane.deploy(sample, "dev");
        assertThat(route("POST", "/data").integration()).isInstanceOfSatisfying(Integration.Mock.class, mock -> {
            assertThat(mock.status()).isEqualTo(418);
            assertThat(mock.headers())
                    .containsExactly(new Header("Content-Type", "text/plain"), new Header("X-Tea", "pot"));
            assertThat(new String(mock.body(), StandardCharsets.UTF_8)).isEqualTo("short");
        });
    }

    @Test
    void disabledApisAreServedByDomainsOnlyAndPrivateOnesNotAtAll() {
        plane.deploy(sample, "dev");
        assertThat(plane.live(sample, "dev").byDomainOnly()).isFalse();
        plane.patch(sample.path(), "replace /disableExecuteApiEndpoint true").ok(200);
        assertThat(plane.published.stage(sample.id(), "dev")).isPresent();
        assertThat(plane.live(sample, "dev").byDomainOnly()).isFalse();
        plane.deploy(sample, "dev");
        assertThat(plane.live(sample, "dev").byDomainOnly()).isTrue();
        plane.patch(
                        sample.path(),
                        "replace /disableExecuteApiEndpoint false",
                        "replace /endpointConfiguration/types/EDGE PRIVATE")
                .ok(200);
        plane.deploy(sample, "dev");
        assertThat(plane.published.stage(sample.id(), "dev")).isEmpty();
        plane.patch(sample.path(), "replace /endpointConfiguration/types/PRIVATE REGIONAL")
                .ok(200);
        plane.deploy(sample, "dev");
        assertThat(plane.published.stage(sample.id(), "dev")).isPresent();
    }

    @Test
    void bucketsAreKeptAcrossRedeploymentsAndLimitEdits() {
        plane.deploy(sample, "dev");
        plane.patch(sample.stage("dev"), "replace /throttle/rateLimit 1", "replace /throttle/burstLimit 10")
                .ok(200);
        Stage before = plane.live(sample, "dev");
        assertThat(admitted(before.stageBucket())).isEqualTo(10);
        plane.mock(sample.method("PUT"), "{\"authorizationType\":\"NONE\"}");
        plane.deploy(sample, "dev");
        Stage after = plane.live(sample, "dev");
        assertThat(after).isNotSameAs(before);
        assertThat(after.stageBucket()).isSameAs(before.stageBucket());
        assertThat(after.apiBucket()).isSameAs(before.apiBucket());
        assertThat(after.accountBucket()).isSameAs(before.accountBucket());
        assertThat(route("GET", "/data").methodBucket())
                .isSameAs(before.routes()
                        .match("GET", "/data")
                        .orElseThrow()
                        .route()
                        .methodBucket());
        assertThat(admitted(after.stageBucket())).isZero();
        plane.patch(sample.stage("dev"), "replace /throttle/burstLimit 13").ok(200);
        assertThat(plane.live(sample, "dev")).isSameAs(after);
        assertThat(admitted(after.stageBucket())).isEqualTo(3);
    }

    @Test
    void methodLimitsAreLiveWithoutARepublication() {
        plane.mock(sample.method("PUT"), "{\"authorizationType\":\"NONE\"}");
        plane.deploy(sample, "dev");
        Stage live = plane.live(sample, "dev");
        plane.patch(sample.stage("dev"), "replace /*/*/throttling/rateLimit 3", "replace /*/*/throttling/burstLimit 4")
                .ok(200);
        plane.patch(sample.stage("dev"), "replace /data/PUT/throttling/burstLimit 5")
                .ok(200);
        assertThat(plane.live(sample, "dev")).isSameAs(live);
        assertThat(route("GET", "/data").methodBucket().limit().get()).isEqualTo(limit(3, 4));
        assertThat(route("PUT", "/data").methodBucket().limit().get()).isEqualTo(limit(3, 5));
        assertThat(admitted(route("GET", "/data").methodBucket())).isEqualTo(4);
        assertThat(admitted(route("PUT", "/data").methodBucket())).isEqualTo(5);
        plane.patch(sample.stage("dev"), "remove /*/*").ok(200);
        assertThat(route("GET", "/data").methodBucket().limit().get()).isEqualTo(Limit.UNLIMITED);
    }

    @Test
    void theApiLevelIsSharedByItsStages() {
        plane.deploy(sample, "dev");
        plane.deploy(sample, "prod");
        plane.patch(sample.path(), "replace /throttle/rateLimit 2", "replace /throttle/burstLimit 3")
                .ok(200);
        assertThat(plane.live(sample, "dev").apiBucket())
                .isSameAs(plane.live(sample, "prod").apiBucket());
        assertThat(plane.live(sample, "dev").apiBucket().limit().get()).isEqualTo(limit(2, 3));
        plane.patch(sample.path(), "remove /throttle").ok(200);
        assertThat(plane.live(sample, "dev").apiBucket().limit().get()).isEqualTo(Limit.UNLIMITED);
    }

    @Test
    void aStageMadeAnewStartsFull() {
        plane.deploy(sample, "dev");
        plane.patch(sample.stage("dev"), "replace /throttle/rateLimit 1", "replace /throttle/burstLimit 10")
                .ok(200);
        assertThat(admitted(plane.live(sample, "dev").stageBucket())).isEqualTo(10);
        plane.delete(sample.stage("dev")).ok(202);
        plane.deploy(sample, "dev");
        plane.patch(sample.stage("dev"), "replace /throttle/rateLimit 1", "replace /throttle/burstLimit 10")
                .ok(200);
        assertThat(admitted(plane.live(sample, "dev").stageBucket())).isEqualTo(10);
    }

    @Test
    void everythingIsPublishedAgainAtStartWithEmptyBuckets() {
        plane.deploy(sample, "dev");
        plane.patch(sample.stage("dev"), "replace /throttle/rateLimit 1", "replace /throttle/burstLimit 10")
                .ok(200);
        reopen();
        Bucket bucket = plane.live(sample, "dev").stageBucket();
        assertThat(bucket.limit().get()).isEqualTo(limit(1, 10));
        assertThat(admitted(bucket)).isZero();
        plane.nanos.addAndGet(Duration.ofSeconds(2).toNanos());
        assertThat(admitted(bucket)).isEqualTo(2);
        assertThat(admitted(route("GET", "/data").methodBucket())).isEqualTo(9_999);
        plane.patch(sample.stage("dev"), "replace /data/GET/throttling/burstLimit 8")
                .ok(200);
        assertThat(admitted(route("GET", "/data").methodBucket())).isEqualTo(8);
    }

    @Test
    void bucketsStartFullWhereTheSettingSaysSo() {
        plane.deploy(sample, "dev");
        plane.patch(sample.stage("dev"), "replace /throttle/rateLimit 1", "replace /throttle/burstLimit 10")
                .ok(200);
        plane.close();
        plane = ControlPlane.fullAfterCrash(dir);
        assertThat(admitted(plane.live(sample, "dev").stageBucket())).isEqualTo(10);
    }

    @Test
    void aStageThatCannotBePublishedAtStartIsNamed() {
        String deployment = plane.deploy(sample, "dev");
        plane.documents.store().<Boolean>write(tx -> {
            Documents.delete(tx, ApiGatewayKinds.SNAPSHOT, ApiGatewayKinds.childId(sample.id(), deployment));
            return true;
        });
        plane.published.withdraw(sample.id(), "dev");
        assertThatThrownBy(plane.publisher::publishAll)
                .isInstanceOf(IllegalStateException.class)
                .hasMessage("stage dev of API " + sample.id() + " cannot be published: deployment " + sample.id() + "/"
                        + deployment + " is missing");
    }

    private static void together(Stream<Runnable> tasks) throws Exception {
        try (ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor()) {
            List<Future<?>> futures = new ArrayList<>();
            tasks.forEach(task -> futures.add(threads.submit(task)));
            for (Future<?> future : futures) {
                future.get();
            }
        }
    }

    @Test
    void concurrentUpdatesEndWithWhatIsStored() throws Exception {
        plane.deploy(sample, "dev");
        together(IntStream.rangeClosed(1, 24)
                .mapToObj(n -> () -> plane.patch(
                                sample.stage("dev"),
                                "replace /variables/n " + n,
                                "replace /throttle/rateLimit " + n,
                                "replace /throttle/burstLimit " + n)
                        .ok(200)));
        int stored = plane.get(sample.stage("dev"))
                .ok(200)
                .at("/throttle/burstLimit")
                .asInt();
        Stage live = plane.live(sample, "dev");
        assertThat(live.stageBucket().limit().get()).isEqualTo(limit(stored, stored));
        assertThat(live.variables()).containsEntry("n", String.valueOf(stored));
    }

    @Test
    void concurrentEditsOfOneResourceAllHold() throws Exception {
        List<String> verbs = List.of("PUT", "POST", "DELETE", "PATCH", "OPTIONS", "HEAD");
        together(verbs.stream().map(verb -> () -> plane.mock(sample.method(verb), "{\"authorizationType\":\"NONE\"}")));
        plane.deploy(sample, "dev");
        assertThat(plane.live(sample, "dev").routes().all()).hasSize(verbs.size() + 1);
    }
}
