/*
 * SPDX-FileCopyrightText: The Sluice authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.sluice.server.admin;

import java.time.Duration;

/**
 * Bounds of the admin plane.
 *
 * @param requestBytes largest body; a 50 MB zip in base64 must fit
 * @param bufferedBytes largest sum of the bodies held at once, over all connections
 * @param requests requests handled at once; further ones get 503
 * @param connections open at once; further ones are closed
 * @param idle how long a connection may wait for the next request's head to be complete
 * @param transfer how long a body may take to come in, or an answer to go out
 */
record AdminLimits(
        int requestBytes, long bufferedBytes, int requests, int connections, Duration idle, Duration transfer) {
    static final AdminLimits DEFAULT =
            new AdminLimits(72 << 20, 256L << 20, 256, 1024, Duration.ofSeconds(60), Duration.ofSeconds(120));
}
