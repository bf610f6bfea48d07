/*
 * SPDX-FileCopyrightText: The Sluice authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.sluice.gateway;

import java.time.Instant;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** A request as filters and back ends see it. Read-only; values do not change once the route is known. */
public interface Exchange {
    /** A UUID, the client's {@code x-amzn-RequestId}. */
    String requestId();

    /** The client's {@code x-amz-apigw-id}. */
    String extendedRequestId();

    /** The {@code X-Amzn-Trace-Id}: the client's, or a new root. */
    String traceId();

    Instant receivedAt();

    /** The verb that was routed by: {@code X-HTTP-Method-Override} replaces POST. */
    String httpMethod();

    /** {@code HTTP/1.1} or {@code HTTP/1.0}. */
    String protocol();

    /** The client's path below the stage, as it was sent: percent-encoded, with doubled and trailing slashes. */
    String path();

    /** The one path that every decision and the upstream see, below the stage: percent-encoded, no doubled or trailing slash. */
    String canonicalPath();

    /** {@link #path()} with the stage before it, {@code /dev/pets}; by a custom domain the whole path as it was sent. */
    String stagePath();

    /** The custom domain's base path by which it came, empty for the empty one; null where it came by no custom domain. */
    @Nullable
    String basePath();

    /** The query string as it was sent, without the question mark; null when there is none. */
    @Nullable
    String rawQuery();

    /** Decoded ({@code +} is a space), in the order of first appearance. */
    Map<String, List<String>> queryParameters();

    /** As the client sent them, in order. */
    List<Header> headers();

    /** The first value of a header by its name in any case; null when there is none. */
    @Nullable
    String header(String name);

    /** The client's address, in text: by what trusted proxies tell, else the one it connects from. */
    String sourceIp();

    /** The address at the other end of the connection, in text: the client's, or a proxy's. */
    String peerIp();

    /** The port that the client asked: the one that took the connection, unless a trusted proxy tells another. */
    int localPort();

    /** {@code http} or {@code https}: as the client spoke, by what a trusted proxy tells, else by the connection. */
    String scheme();

    /** The host asked for, without a port, lower case. */
    String host();

    Stage stage();

    Route route();

    /** Percent-encoded, as in the canonical path. */
    Map<String, String> pathParameters();

    /** Null on a method that requires no key. */
    @Nullable
    ApiKey apiKey();
}
