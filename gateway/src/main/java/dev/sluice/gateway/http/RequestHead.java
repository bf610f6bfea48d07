/*
 * SPDX-FileCopyrightText: The Sluice authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.sluice.gateway.http;

import org.jspecify.annotations.Nullable;

/**
 * A request head that was understood in full; immutable.
 *
 * @param rawPath the path of the target, starting with a slash
 * @param rawQuery what follows the question mark; empty for none after one, null where there is no question mark
 * @param protocol {@code HTTP/1.0}, {@code HTTP/1.1} or {@code HTTP/2}
 * @param host without port, lower case; empty when the client named none
 */
public record RequestHead(
        String method,
        String rawPath,
        @Nullable String rawQuery,
        String protocol,
        FieldLines fields,
        Framing framing,
        String host,
        Connection connection) {

    /**
     * How the message ends, and what follows.
     *
     * @param contentLength 0 for no body, {@link #UNTIL_END} for one whose end only its coding tells
     * @param keepAlive whether the client lets the connection live on
     */
    public record Framing(long contentLength, boolean keepAlive, Expectation expectation) {
        public static final long UNTIL_END = -1;
    }

    /** What the client waits for before it sends the body. */
    public enum Expectation {
        NONE,
        CONTINUE,
        /** None that is known. */
        UNKNOWN
    }

    /** The same, seen to come over another connection. */
    public RequestHead over(Connection other) {
        return new RequestHead(method, rawPath, rawQuery, protocol, fields, framing, host, other);
    }

    /**
     * Where a request comes from: what is the same for all of a connection, but behind a trusted proxy.
     *
     * @param sourceIp the client's
     * @param source the client's address as {@link dev.sluice.limits.SourceTable} counts it
     * @param peerIp who is at the other end of the connection: the client, or a proxy
     * @param trusted whether the peer is a proxy whose word is taken
     */
    public record Connection(
            String sourceIp, long source, int localPort, String scheme, String peerIp, boolean trusted) {}
}
