/*
 * SPDX-FileCopyrightText: The Sluice authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.sluice.gateway.http;

import io.netty.buffer.ByteBuf;
import java.nio.charset.StandardCharsets;
import org.jspecify.annotations.Nullable;

/**
 * Reads the heads of answers, as strictly as {@link RequestScan} reads those of requests: HTTP/1.0 or 1.1, three digits, a reason or none.
 * Confined to the event loop.
 */
public final class ResponseScan {
    private static final byte[] VERSION = "HTTP/1.".getBytes(StandardCharsets.US_ASCII);
    private static final int STATUS_AT = VERSION.length + 2;
    private static final int REASON_AT = STATUS_AT + 3;
    private static final int MAX_LINE_BYTES = 4_096;
    private static final int MAX_FIELD_BYTES = 60_000;

    private final FieldScan fieldScan = new FieldScan(MAX_FIELD_BYTES);
    private final HeadBytes head = new HeadBytes();
    private final FieldLines fields = FieldLines.empty();
    private boolean inHead;
    private boolean inFields;
    private int at;

    /** The last head is not looked at any more: what it took beyond the usual is let go of. */
    public void forget() {
        head.clear();
        fields.clear();
        fields.movedTo(head.bytes());
    }

    /** As {@link RequestScan#scan}. */
    public Verdict scan(ByteBuf in) {
        if (!inHead) {
            forget();
            inHead = true;
            at = 0;
        }
        while (head.takeFrom(in)) {
            Verdict verdict = advance(head.bytes(), head.length());
            if (verdict != Verdict.INCOMPLETE) {
                head.giveBack(in, at);
                return verdict;
            }
        }
        return Verdict.INCOMPLETE;
    }

    /**
     * The head that is complete; ready for another then.
     *
     * @return valid until the next one is scanned; null where its framing leaves room for a second reading
     */
    public @Nullable ResponseHead take() {
        if (!inFields) {
            throw new IllegalStateException("no complete head");
        }
        inHead = false;
        inFields = false;
        FieldLines lines = fields;
        byte[] b = head.bytes();
        int status = 100 * (b[STATUS_AT] - '0') + 10 * (b[STATUS_AT + 1] - '0') + b[STATUS_AT + 2] - '0';
        boolean http11 = b[VERSION.length] == '1';
        int coding = lines.indexOf(KnownField.TRANSFER_ENCODING, 0);
        int length = lines.indexOf(KnownField.CONTENT_LENGTH, 0);
        boolean chunked = coding >= 0;
        if (chunked && !(http11 && length < 0 && isChunked(lines, coding))) {
            return null;
        }
        long contentLength = length < 0 ? ResponseHead.UNKNOWN : lines.number(length);
        if (length >= 0 && (contentLength < 0 || lines.indexOf(KnownField.CONTENT_LENGTH, length + 1) >= 0)) {
            return null;
        }
        return new ResponseHead(status, lines, contentLength, chunked, lines.keepAlive(http11));
    }

    private static boolean isChunked(FieldLines lines, int coding) {
        return lines.isValue(coding, "chunked") && lines.indexOf(KnownField.TRANSFER_ENCODING, coding + 1) < 0;
    }

    private Verdict advance(byte[] bytes, int length) {
        while (!inFields && at < length) {
            byte b = bytes[at];
            if (at > REASON_AT && bytes[at - 1] == '\r') {
                at++;
                inFields = true;
                fieldScan.begin(fields, at);
                if (b != '\n') {
                    return Verdict.BAD;
                }
            } else if (!fitsStatusLine(b)) {
                return Verdict.BAD;
            } else {
                at++;
            }
        }
        if (!inFields) {
            return Verdict.INCOMPLETE;
        }
        Verdict verdict = fieldScan.scan(bytes, length);
        at = fieldScan.at();
        return verdict;
    }

    private boolean fitsStatusLine(byte b) {
        if (at < VERSION.length) {
            return b == VERSION[at];
        }
        if (at == VERSION.length) {
            return b == '0' || b == '1';
        }
        if (at == VERSION.length + 1) {
            return b == ' ';
        }
        if (at < REASON_AT) {
            return b >= (at == STATUS_AT ? '1' : '0') && b <= (at == STATUS_AT ? '5' : '9');
        }
        if (at == REASON_AT) {
            return b == ' ' || b == '\r';
        }
        return (b == '\r' || Grammar.isValue(b)) && at < MAX_LINE_BYTES;
    }
}
