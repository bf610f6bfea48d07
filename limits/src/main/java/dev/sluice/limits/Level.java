/*
 * SPDX-FileCopyrightText: The Sluice authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.sluice.limits;

/**
 * What a bucket holds at one instant; a view, no promise.
 *
 * @param remaining whole tokens left, 0 or more; {@link Long#MAX_VALUE} where there is no limit
 * @param nextTokenNanos until one more token is there (0 if remaining &gt; 0); {@link Long#MAX_VALUE} for never
 * @param fullNanos until the bucket is full; {@link Long#MAX_VALUE} for never
 */
public record Level(long remaining, long nextTokenNanos, long fullNanos) {
    /** Of a level without a limit. */
    public static final Level UNLIMITED = new Level(Long.MAX_VALUE, 0, 0);
}
