/*
 * SPDX-FileCopyrightText: The Sluice authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.sluice.gateway.netty;

import dev.sluice.gateway.http.FieldLines;
import dev.sluice.gateway.http.FieldName;

/** The fields of an answer, as they are being written. Confined to the event loop. */
interface AnswerHead {
    /** A field; each character of the value is one byte. */
    void field(String name, String value);

    /** The field X-Amzn-Trace-Id. */
    void traceId(String value);

    /** A line as it came. */
    void line(FieldLines from, int index);

    /** A line's value under another name. */
    void line(FieldName name, FieldLines from, int index);
}
