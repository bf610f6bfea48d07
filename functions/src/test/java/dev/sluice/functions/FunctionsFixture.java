/*
 * SPDX-FileCopyrightText: The Sluice authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.sluice.functions;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.time.InstantSource;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import java.util.function.BooleanSupplier;

/** A running {@link Functions} with code given as Python source. */
final class FunctionsFixture implements AutoCloseable {
    final List<String> logLines = new CopyOnWriteArrayList<>();
    final List<InvokeResult> ended = new CopyOnWriteArrayList<>();
    final Functions functions;
    private final Map<String, byte[]> zips = new ConcurrentHashMap<>();

    FunctionsFixture(Path folder) {
        this(folder, FunctionSettings.defaults());
    }

    FunctionsFixture(Path folder, FunctionSettings settings) {
        functions = Functions.open(
                settings,
                folder,
                sha256 -> Optional.ofNullable(zips.get(sha256)),
                (spec, result, running) -> ended.add(result),
                (spec, stream, line) -> logLines.add(line),
                InstantSource.system(),
                Ticker.SYSTEM);
    }

    /** A function with {@code handler.handle} in one file. */
    Deployed python(String source) {
        return deploy(Zips.of("handler.py", source));
    }

    Deployed deploy(byte[] zip) {
        CodePackage.Check check = CodePackage.check(zip);
        assertThat(check).isInstanceOf(CodePackage.Check.Valid.class);
        String sha256 = ((CodePackage.Check.Valid) check).code().sha256();
        zips.put(sha256, zip);
        return new Deployed(sha256);
    }

    /** The newest Python of this host, so that no fallback is at work. */
    String runtime() {
        return functions.runtimes().installed().getLast();
    }

    @Override
    public void close() {
        functions.close();
    }

    static void await(String what, Duration limit, BooleanSupplier condition) {
        long end = System.nanoTime() + limit.toNanos();
        while (!condition.getAsBoolean()) {
            assertThat(System.nanoTime() - end).as(what).isNegative();
            LockSupport.parkNanos(TimeUnit.MILLISECONDS.toNanos(5));
        }
    }

    static String text(InvokeResult result) {
        return switch (result) {
            case InvokeResult.Returned(byte[] payload, var _) -> new String(payload, StandardCharsets.UTF_8);
            case InvokeResult.FunctionError(var _, byte[] payload, var _) ->
                new String(payload, StandardCharsets.UTF_8);
            case InvokeResult.Rejected rejected -> rejected.toString();
        };
    }

    static InvokeReport report(InvokeResult result) {
        return switch (result) {
            case InvokeResult.Returned(var _, InvokeReport report) -> report;
            case InvokeResult.FunctionError(var _, var _, InvokeReport report) -> report;
            case InvokeResult.Rejected rejected -> throw new AssertionError(rejected);
        };
    }

    /** One function; the setters change the spec for calls from then on. */
    final class Deployed {
        private final String sha256;
        private final Map<String, String> environment = new HashMap<>();
        String name = "f" + UUID.randomUUID().toString().substring(0, 8);
        String handler = "handler.handle";
        String runtime = runtime();
        String revision = "1";
        int memoryMegabytes = 128;
        Duration timeout = Duration.ofSeconds(20);
        Duration maxWait = Duration.ofSeconds(20);

        private Deployed(String sha256) {
            this.sha256 = sha256;
        }

        Deployed environment(String variable, String value) {
            environment.put(variable, value);
            return this;
        }

        Deployed handler(String value) {
            handler = value;
            return this;
        }

        Deployed timeout(Duration value) {
            timeout = value;
            return this;
        }

        String arn() {
            return "arn:aws:lambda:eu-west-1:123456789012:function:" + name;
        }

        FunctionSpec spec() {
            return new FunctionSpec(
                    arn(),
                    name,
                    "$LATEST",
                    runtime,
                    handler,
                    sha256,
                    memoryMegabytes,
                    timeout,
                    environment,
                    "eu-west-1",
                    "123456789012",
                    revision);
        }

        InvokeResult call(String event) {
            return call(event, InvokeContext.of(UUID.randomUUID().toString(), arn(), maxWait));
        }

        InvokeResult call(String event, InvokeContext context) {
            return functions.invoke(spec(), event.getBytes(StandardCharsets.UTF_8), context);
        }

        InvokeResult callWithTail(String event, String requestId) {
            return call(event, new InvokeContext(requestId, arn(), null, null, null, maxWait, true));
        }
    }
}
