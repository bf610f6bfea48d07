/*
 * SPDX-FileCopyrightText: The Sluice authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.sluice.gateway.filter;

/**
 * A request head that was understood in full.
 *
 * @param rawPath the path of the target, starting with a slash
 * @param rawQuery what follows the question mark; empty for none after one, null where there is no question mark
 * @param host without port, lower case; empty when the client named none
 */
public record RequestHead(
        String method,
        String rawPath,
        @org.jspecify.annotations.Nullable String rawQuery,
        String protocol,
        Fields fields,
        String host,
        Connection connection) {

    /**
     * What is the same for all requests of a connection.
     *
     * @param source the client's address as {@link dev.sluice.limits.SourceTable} counts it
     */
    public record Connection(String sourceIp, long source, int localPort, String scheme) {}
}
