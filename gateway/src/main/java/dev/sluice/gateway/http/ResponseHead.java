/*
 * SPDX-FileCopyrightText: The Sluice authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.sluice.gateway.http;

/**
 * The head of an answer that was understood in full; immutable.
 *
 * @param status 100 to 599
 * @param contentLength of the body; {@link #UNKNOWN} where its coding or the end of the connection tells
 * @param chunked whether the body comes in chunks
 * @param keepAlive whether the server lets the connection live on
 */
public record ResponseHead(int status, FieldLines fields, long contentLength, boolean chunked, boolean keepAlive) {
    public static final long UNKNOWN = -1;

    /** An answer that goes before the answer (RFC 9110, section 15.2). */
    public boolean interim() {
        return status < 200;
    }
}
