/*
 * SPDX-FileCopyrightText: The Sluice authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.sluice.gateway.netty;

import dev.sluice.gateway.AccessLogFormat;
import dev.sluice.gateway.AccessLogging;
import dev.sluice.gateway.ApiKey;
import dev.sluice.gateway.Certificates;
import dev.sluice.gateway.ExchangeEnd;
import dev.sluice.gateway.ExchangeListener;
import dev.sluice.gateway.GatewaySettings;
import dev.sluice.gateway.Header;
import dev.sluice.gateway.Integration;
import dev.sluice.gateway.LevelLimit;
import dev.sluice.gateway.PlanLimits;
import dev.sluice.gateway.Published;
import dev.sluice.gateway.Route;
import dev.sluice.gateway.Routes;
import dev.sluice.gateway.Stage;
import dev.sluice.gateway.StageId;
import dev.sluice.gateway.UsagePlan;
import dev.sluice.gateway.explain.RefusalLog;
import dev.sluice.limits.Bucket;
import dev.sluice.limits.Limit;
import dev.sluice.limits.Limiter;
import dev.sluice.limits.LiveLimit;
import dev.sluice.limits.NanoClock;
import dev.sluice.limits.QuotaLimit;
import dev.sluice.limits.Quotas;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;

/** A started gateway with one API, {@code api1}, stage {@code dev}; routes are added before requests. Thread-safe. */
public final class TestGateway implements AutoCloseable {
    static final StageId STAGE = new StageId("123456789012", "us-east-1", "api1", "dev");
    static final Instant NOW = Instant.parse("2026-11-22T10:00:00Z");
    static final NanoClock CLOCK = NanoClock.SYSTEM;

    static {
        Leaks.watch();
    }

    public final Published published;
    final RefusalLog refusals = RefusalLog.keeping(1_000);
    public final BlockingQueue<ExchangeEnd> ends = new LinkedBlockingQueue<>();
    private final List<Route> routes = new ArrayList<>();
    private final Gateway gateway;
    private volatile ExchangeListener also = _ -> {};
    private volatile @Nullable AccessLogging accessLog;

    private TestGateway(GatewaySettings settings, Limiter limiter, InstantSource clock) {
        published = new Published(limiter.clock(), new Quotas(new GrantingLedger(), clock));
        gateway = Gateway.start(settings, published, limiter, refusals, this::ended, clock);
    }

    public static TestGateway start() {
        return start(settings -> settings);
    }

    public static TestGateway start(UnaryOperator<GatewaySettings> change) {
        return start(change, Limiter.inMemory(CLOCK));
    }

    static TestGateway start(UnaryOperator<GatewaySettings> change, Limiter limiter) {
        return start(change, limiter, InstantSource.fixed(NOW));
    }

    static TestGateway start(UnaryOperator<GatewaySettings> change, Limiter limiter, InstantSource clock) {
        GatewaySettings settings =
                GatewaySettings.http(0).withHost("127.0.0.1").withTimes(times(10_000, 10_000, 5_000, 5_000));
        return new TestGateway(change.apply(settings), limiter, clock);
    }

    /** Of what tests wait for; the rest is long enough for a busy machine. */
    public static GatewaySettings.Times times(int headMillis, int idleMillis, int quotaMillis, int drainMillis) {
        return new GatewaySettings.Times(
                Duration.ofMillis(headMillis),
                Duration.ofMillis(idleMillis),
                Duration.ofSeconds(5),
                Duration.ofSeconds(4),
                Duration.ofMillis(quotaMillis),
                Duration.ofMillis(drainMillis));
    }

    public static Bucket bucket(String name, Limit limit) {
        return Bucket.full(new LiveLimit(name, limit), CLOCK);
    }

    public static Integration.Mock mock(String body) {
        return new Integration.Mock(
                200, List.of(new Header("Content-Type", "text/plain")), body.getBytes(StandardCharsets.UTF_8));
    }

    public static Integration proxy(String url) {
        return proxy(url, Duration.ofSeconds(5));
    }

    public static Integration proxy(String url, Duration timeout) {
        return Integration.HttpProxy.of(url, "ANY", timeout, Map.of());
    }

    public TestGateway route(String method, String path, Integration integration) {
        return route(new Route(
                "r" + routes.size(), path, method, false, false, bucket("method", Limit.UNLIMITED), integration));
    }

    public TestGateway route(Route route) {
        routes.add(route);
        publish(bucket("stage", Limit.UNLIMITED));
        return this;
    }

    void publish(Bucket stageBucket) {
        publish(stageBucket, bucket("api", Limit.UNLIMITED), bucket("account", Limit.UNLIMITED));
    }

    void publish(Bucket stageBucket, Bucket apiBucket, Bucket accountBucket) {
        published.publish(new Stage(
                STAGE,
                "test",
                "dep1",
                Map.of(),
                List.of(),
                Routes.of(routes),
                stageBucket,
                apiBucket,
                accountBucket,
                null,
                accessLog,
                false));
    }

    /** Logs requests to routes that are added from now on. */
    TestGateway log(ExchangeListener log, String destination, String format) {
        also = log;
        accessLog = new AccessLogging(destination, AccessLogFormat.of(format));
        return this;
    }

    private void ended(ExchangeEnd end) {
        also.ended(end);
        ends.add(end);
    }

    /** A key of its own plan, which covers the stage. */
    public ApiKey key(String value, Limit throttle, Map<String, Limit> methods, @Nullable QuotaLimit quota) {
        Map<String, LevelLimit> throttles = new HashMap<>();
        methods.forEach((method, limit) -> throttles.put(method, LevelLimit.enforced(limit)));
        PlanLimits limits = new PlanLimits(LevelLimit.enforced(throttle), Map.of(STAGE, throttles));
        UsagePlan plan = UsagePlan.created("plan-" + value, value.hashCode(), published.buckets(), limits);
        if (quota != null) {
            plan.quota().set(quota);
        }
        return published.publishKey("id-" + value, value, true, List.of(plan));
    }

    public int port() {
        return gateway.httpPort();
    }

    long refusedConnections() {
        return gateway.refusedConnections();
    }

    long gatheredBytes() {
        return gateway.gatheredBytes();
    }

    long refusedGatherings() {
        return gateway.refusedGatherings();
    }

    int tlsPort() {
        return gateway.httpsPort().orElseThrow();
    }

    public RawClient connect() throws IOException {
        return RawClient.connect(port());
    }

    void present(Certificates certificates) {
        gateway.present(certificates);
    }

    /** As the gateway's timer does. */
    void rotateTicketKeysIfDue() {
        gateway.tls().rotateTicketKeysIfDue();
    }

    /** Sends one request by host style on a connection of its own. */
    public RawClient.Answer get(String path) throws IOException {
        return exchange(request("GET", path));
    }

    public RawClient.Answer exchange(String request) throws IOException {
        try (RawClient client = connect()) {
            return client.send(request).answer();
        }
    }

    /** @param fields each with its CRLF */
    public static String request(String method, String path, String... fields) {
        return method + " /dev" + path + " HTTP/1.1\r\nHost: api1.execute-api.localhost\r\n" + String.join("", fields)
                + "\r\n";
    }

    public ExchangeEnd end() throws InterruptedException {
        ExchangeEnd end = ends.poll(5, TimeUnit.SECONDS);
        if (end == null) {
            throw new AssertionError("no exchange ended");
        }
        return end;
    }

    @Override
    public void close() {
        gateway.close();
        Leaks.expectNone();
    }
}
