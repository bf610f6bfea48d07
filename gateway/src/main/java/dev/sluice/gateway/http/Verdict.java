/*
 * SPDX-FileCopyrightText: The Sluice authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.sluice.gateway.http;

/** What a scan makes of the bytes so far. */
public enum Verdict {
    INCOMPLETE,
    COMPLETE,
    /** Not of the grammar. */
    BAD,
    URL_TOO_LONG,
    HEADERS_TOO_LARGE
}
