/*
 * SPDX-FileCopyrightText: The Sluice authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.sluice.server;

import java.io.IOException;
import java.io.InterruptedIOException;
import java.io.OutputStream;
import java.net.URI;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;

/** Calls one method over several connections at once: with a key in a wide plan, with one in a narrow plan, and with none. */
final class RehearsedLoad {
    /** What a wide plan takes in one second, more than there are calls. */
    static final int LIMIT = 1_000_000;

    private static final int CONNECTIONS = 4;
    private static final int ADMITTED = 4_000;
    private static final int REFUSED = 1_000;
    /** Beside what the client sends anyway, every other call has what browsers send. */
    private static final Map<String, String> BROWSER = Map.of(
            "Accept", "application/json, text/plain, */*",
            "Accept-Encoding", "gzip, deflate, br",
            "Accept-Language", "en-US,en;q=0.9",
            "Cookie", "sid=0123456789abcdef0123456789abcdef; theme=dark",
            "Cache-Control", "no-cache",
            "Referer", "https://app.example.test/dashboard/items",
            "traceparent", "00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01");

    private final URI method;
    private final String wide;
    private final String narrow;

    RehearsedLoad(URI method, String wide, String narrow) {
        this.method = method;
        this.wide = wide;
        this.narrow = narrow;
    }

    /**
     * @return the id of a request that was refused
     * @throws IOException when an answer is not the expected one
     */
    String run() throws IOException {
        try (var callers = Executors.newVirtualThreadPerTaskExecutor()) {
            var calls = IntStream.range(0, CONNECTIONS)
                    .mapToObj(_ -> callers.submit(this::callInTurn))
                    .toList();
            var refused = "";
            for (var call : calls) {
                refused = end(call);
            }
            return refused;
        }
    }

    private String callInTurn() throws IOException {
        for (int i = 0; i < ADMITTED; i++) {
            call(wide, i % 2 == 0, Set.of(200));
        }
        var refused = "";
        for (int i = 0; i < REFUSED; i++) {
            call(narrow, i % 2 == 0, Set.of(200, 429));
            refused = call(null, i % 2 == 0, Set.of(403));
        }
        return refused;
    }

    /** @return the request's id */
    private String call(@Nullable String key, boolean likeABrowser, Set<Integer> expected) throws IOException {
        var connection = AdminClient.connect(method);
        if (key != null) {
            connection.setRequestProperty("x-api-key", key);
        }
        if (likeABrowser) {
            BROWSER.forEach(connection::setRequestProperty);
        }
        var status = connection.getResponseCode();
        try (var body = status < 400 ? connection.getInputStream() : connection.getErrorStream()) {
            body.transferTo(OutputStream.nullOutputStream());
        }
        var id = connection.getHeaderField("x-amzn-RequestId");
        if (!expected.contains(status) || id == null) {
            throw new IOException(
                    "GET " + method + ": " + status + ", request id " + id + " (expected: " + expected + ")");
        }
        return id;
    }

    private static String end(Future<String> call) throws IOException {
        try {
            return call.get();
        } catch (ExecutionException e) {
            throw new IOException(e.getCause());
        } catch (InterruptedException e) {
            throw new InterruptedIOException("interrupted while the gateway was called");
        }
    }
}
