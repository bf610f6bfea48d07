/*
 * SPDX-FileCopyrightText: The Sluice authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.sluice.gateway.upstream;

/** Why there is no (whole) answer. */
public enum UpstreamFailure {
    /** The server's address is one that may not be called. */
    REFUSED,
    /** No connection, or it broke. */
    NETWORK,
    /** The server did not answer in time. */
    TIMEOUT,
    /** What the server sent is not an HTTP answer. */
    MALFORMED
}
