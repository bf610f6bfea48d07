/*
 * SPDX-FileCopyrightText: The Sluice authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.sluice.server.demo;

import dev.sluice.limits.Limit;
import dev.sluice.limits.NanoClock;
import dev.sluice.limits.Rate;
import dev.sluice.server.load.LoadGenerator;
import dev.sluice.server.load.LoadPlan;
import java.io.IOException;
import java.net.HttpURLConnection;
import java.net.InetSocketAddress;
import java.net.Proxy;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.Consumer;
import software.amazon.awssdk.core.exception.SdkException;

/** Starts a server, builds the recipe on it, calls its function, puts three times each tier's rate on it and judges the result. */
public final class Demo implements AutoCloseable {
    private static final int OVERLOAD = 3;
    private static final Duration LOAD_TIME = Duration.ofSeconds(10);
    private static final Duration PATIENCE = Duration.ofSeconds(10);
    private static final int CONNECTIONS = 32;
    private static final int STAGE_RATE = 10_000;
    private static final int STAGE_BURST = 10_000;
    private static final int TIMEOUT_MILLIS = 40_000;

    private final DemoServer server;
    private final Consumer<String> out;
    private final AtomicBoolean closed = new AtomicBoolean();

    private Demo(DemoServer server, Consumer<String> out) {
        this.server = server;
        this.out = out;
    }

    /**
     * @param serverCommand starts a server in a process of its own, e.g. {@code java ... start}
     * @throws DemoException when the server does not get ready
     */
    public static Demo start(List<String> serverCommand, Consumer<String> out) throws IOException {
        var server = DemoServer.start(serverCommand);
        out.accept("Server on " + server.folder() + ", which is deleted at the end: admin " + server.admin()
                + ", data plane " + server.http());
        return new Demo(server, out);
    }

    /**
     * Runs the whole show.
     *
     * @return whether every limit was kept
     * @throws DemoException when a step does not work
     */
    public boolean run() throws IOException {
        try (var clients = DemoClients.of(server.admin(), server.profile())) {
            var recipe = new DemoRecipe(clients, server.profile().region());
            var built = recipe.build();
            out.accept("Built the recipe with the AWS SDK for Java: API " + built.apiId() + ", stage "
                    + DemoRecipe.STAGE + ", 3 usage plans with a key each, 2 alarms");
            callFunction(built);
            recipe.limitStage(built.apiId(), STAGE_RATE, STAGE_BURST);
            var kept = load(built, recipe.accountLimit());
            showCommands(built);
            return kept;
        } catch (SdkException refused) {
            throw new DemoException("the server refused a step of the recipe: " + refused.getMessage());
        }
    }

    /** Returns when the server has ended. */
    public void awaitEnd() throws InterruptedException {
        server.awaitEnd();
    }

    private void callFunction(DemoRecipe.Built built) throws IOException {
        for (var tier : Tier.ALL) {
            var start = NanoClock.SYSTEM.nanoTime();
            var connection = (HttpURLConnection)
                    server.http().resolve(path(built, "data")).toURL().openConnection(Proxy.NO_PROXY);
            connection.setConnectTimeout(TIMEOUT_MILLIS);
            connection.setReadTimeout(TIMEOUT_MILLIS);
            connection.setRequestProperty("x-api-key", key(built, tier));
            var status = connection.getResponseCode();
            var millis = (NanoClock.SYSTEM.nanoTime() - start) / 1_000_000;
            if (status != 200) {
                throw new DemoException(
                        "the function answered " + status + " to the " + tier.name() + " key (expected: 200)");
            }
            try (var body = connection.getInputStream()) {
                out.accept("%-9s GET /%s/data -> 200 in %d ms: %s"
                        .formatted(
                                tier.name(),
                                DemoRecipe.STAGE,
                                millis,
                                new String(body.readAllBytes(), StandardCharsets.UTF_8)));
            }
        }
    }

    private boolean load(DemoRecipe.Built built, Limit account) throws IOException {
        out.accept("Load: %d times each tier's rate for %d s on GET /%s/mock, stage level raised to %d/%d"
                .formatted(OVERLOAD, LOAD_TIME.toSeconds(), DemoRecipe.STAGE, STAGE_RATE, STAGE_BURST));
        out.accept(TierReport.HEAD);
        List<TierReport> reports = new ArrayList<>();
        for (var tier : Tier.ALL) {
            var levels = List.of(
                    new TierReport.Level("plan key", new Limit(Rate.perSecond(tier.ratePerSecond()), tier.burst())),
                    new TierReport.Level("stage", new Limit(Rate.perSecond(STAGE_RATE), STAGE_BURST)),
                    new TierReport.Level("account", account));
            var report = TierReport.of(tier, LoadGenerator.run(plan(built, tier), NanoClock.SYSTEM), levels);
            reports.add(report);
            out.accept(report.row());
        }
        out.accept("Checked over every interval between a request sent and an answer received, at every level:");
        reports.forEach(report -> out.accept("  " + report.fullestInterval()));
        return reports.stream().allMatch(TierReport::kept);
    }

    private LoadPlan plan(DemoRecipe.Built built, Tier tier) {
        var request = "GET /" + DemoRecipe.STAGE + "/mock HTTP/1.1\r\nHost: " + built.apiId()
                + ".execute-api.localhost\r\nx-api-key: " + key(built, tier) + "\r\n\r\n";
        return new LoadPlan(
                new InetSocketAddress(server.http().getHost(), server.http().getPort()),
                request.getBytes(StandardCharsets.US_ASCII),
                OVERLOAD * tier.ratePerSecond(),
                LOAD_TIME,
                CONNECTIONS,
                PATIENCE);
    }

    private void showCommands(DemoRecipe.Built built) {
        var basic = key(built, Tier.ALL.getFirst());
        var url = server.http().resolve(path(built, "data"));
        out.accept("""

                To try while it runs:
                  eval "$(./sluice env --data-dir %s)"
                  aws apigateway get-usage-plans
                  aws apigateway get-stage --rest-api-id %s --stage-name %s
                  curl -i -H 'x-api-key: %s' %s
                  ab -n 1000 -c 50 -H 'x-api-key: %s' %s
                  aws cloudwatch describe-alarms\
                """.formatted(server.dataDir(), built.apiId(), DemoRecipe.STAGE, basic, url, basic, url));
    }

    private static String path(DemoRecipe.Built built, String resource) {
        return "/_aws/execute-api/" + built.apiId() + "/" + DemoRecipe.STAGE + "/" + resource;
    }

    private static String key(DemoRecipe.Built built, Tier tier) {
        var key = built.keys().get(tier);
        if (key == null) {
            throw new IllegalStateException("no key for " + tier);
        }
        return key;
    }

    /** Stops the server and deletes its folder; a second call does nothing. */
    @Override
    public void close() {
        if (closed.compareAndSet(false, true)) {
            server.close();
        }
    }
}
