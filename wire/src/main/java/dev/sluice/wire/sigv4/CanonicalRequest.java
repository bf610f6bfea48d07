/*
 * SPDX-FileCopyrightText: The Sluice authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.sluice.wire.sigv4;

import dev.sluice.wire.CommonErrors;
import dev.sluice.wire.Header;
import dev.sluice.wire.PercentCoding;
import dev.sluice.wire.WireRequest;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.Deque;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The text of a request that is signed, the same however the request was written down.
 *
 * <p>The path is encoded once more than it came, as all services but S3 want it; the hash is always of the body that is here,
 * whatever a header says it is.
 */
final class CanonicalRequest {
    private CanonicalRequest() {}

    static String of(WireRequest request, List<String> signedHeaders) {
        StringBuilder text = new StringBuilder(512)
                .append(request.method())
                .append('\n')
                .append(path(request.rawPath()))
                .append('\n')
                .append(query(request.rawQuery()))
                .append('\n');
        for (String name : signedHeaders) {
            text.append(name).append(':').append(header(request, name)).append('\n');
        }
        return text.append('\n')
                .append(String.join(";", signedHeaders))
                .append('\n')
                .append(Signature.sha256(request.body()))
                .toString();
    }

    private static String path(String rawPath) {
        Deque<String> segments = new ArrayDeque<>();
        for (String segment : rawPath.split("/")) {
            if (segment.equals("..")) {
                segments.pollLast();
            } else if (!segment.isEmpty() && !segment.equals(".")) {
                segments.addLast(segment);
            }
        }
        StringBuilder path = new StringBuilder(rawPath.length() + 16);
        segments.forEach(segment -> path.append('/').append(PercentCoding.encode(segment)));
        boolean folder = rawPath.endsWith("/") || rawPath.endsWith("/.") || rawPath.endsWith("/..");
        return folder || path.isEmpty() ? path.append('/').toString() : path.toString();
    }

    private record Pair(String name, String value) {}

    private static String query(@Nullable String rawQuery) {
        if (rawQuery == null || rawQuery.isEmpty()) {
            return "";
        }
        List<Pair> pairs = new ArrayList<>();
        for (String pair : rawQuery.split("&")) {
            int equals = pair.indexOf('=');
            String name = equals < 0 ? pair : pair.substring(0, equals);
            String value = equals < 0 ? "" : pair.substring(equals + 1);
            if (!pair.isEmpty() && !name.equals("X-Amz-Signature")) {
                pairs.add(new Pair(again(name), again(value)));
            }
        }
        pairs.sort(Comparator.comparing(Pair::name).thenComparing(Pair::value));
        StringBuilder query = new StringBuilder(rawQuery.length() + 16);
        for (Pair pair : pairs) {
            query.append(query.isEmpty() ? "" : "&")
                    .append(pair.name())
                    .append('=')
                    .append(pair.value());
        }
        return query.toString();
    }

    private static String again(String encoded) {
        return PercentCoding.encode(PercentCoding.decode(encoded));
    }

    /** All values of a header, in order, each without the blanks around it and with single blanks inside. */
    private static String header(WireRequest request, String name) {
        List<String> values = request.headers().stream()
                .filter(header -> header.name().equalsIgnoreCase(name))
                .map(Header::value)
                .map(value -> value.strip().replaceAll(" +", " "))
                .toList();
        if (values.isEmpty()) {
            throw CommonErrors.INVALID_SIGNATURE.with("The signed header '" + name + "' is not in the request.");
        }
        return String.join(",", values);
    }
}
