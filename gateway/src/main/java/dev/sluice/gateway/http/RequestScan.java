/*
 * SPDX-FileCopyrightText: The Sluice authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.sluice.gateway.http;

import io.netty.buffer.ByteBuf;
import java.nio.charset.StandardCharsets;
import org.jspecify.annotations.Nullable;

/**
 * Reads request heads, and lets only a strict subset of RFC 9112 pass: single spaces in the request line, HTTP/1.0 or 1.1, fields as
 * {@link FieldScan} reads them. Nothing but CRLF may stand before the request line. Confined to the event loop.
 */
public final class RequestScan {
    private static final byte[] VERSION = "HTTP/1.".getBytes(StandardCharsets.US_ASCII);
    private static final int MAX_METHOD_BYTES = 32;
    private static final int MAX_LEADING_LINES = 8;

    private final int maxUrlBytes;
    private final FieldScan fieldScan;
    private @Nullable HeadBytes head;
    private @Nullable FieldLines fields;
    private State state = State.START;
    private int at;
    private int leadingLines;
    private int methodStart;
    private int targetStart;
    private int versionStart;

    /**
     * @param maxUrlBytes of a request's target
     * @param maxHeaderBytes of its field lines with their ends
     * @throws IllegalArgumentException where positions in a head of both could not be told
     */
    public RequestScan(int maxUrlBytes, int maxHeaderBytes) {
        int most = FieldLines.MAX_HEAD_BYTES - 1024;
        if (maxUrlBytes + maxHeaderBytes > most) {
            throw new IllegalArgumentException(
                    "urlBytes + headerBytes: " + (maxUrlBytes + maxHeaderBytes) + " (expected: at most " + most + ")");
        }
        this.maxUrlBytes = maxUrlBytes;
        fieldScan = new FieldScan(maxHeaderBytes);
    }

    private enum State {
        START,
        START_LF,
        METHOD,
        TARGET,
        VERSION,
        LINE_LF,
        FIELDS
    }

    /** Whether a head has begun and is not complete. */
    public boolean inHead() {
        return head != null;
    }

    /**
     * Goes on where the last call stopped, with what comes behind it.
     *
     * @param in read up to the end of the head when it is complete; else as far as the scan got
     */
    public Verdict scan(ByteBuf in) {
        HeadBytes bytes = head;
        if (bytes == null) {
            if (!in.isReadable()) {
                return Verdict.INCOMPLETE;
            }
            bytes = new HeadBytes();
            head = bytes;
            state = State.START;
            at = 0;
            leadingLines = 0;
        }
        while (bytes.takeFrom(in)) {
            Verdict verdict = advance(bytes.bytes(), bytes.length());
            if (verdict != Verdict.INCOMPLETE) {
                bytes.giveBack(in, at);
                return verdict;
            }
        }
        return Verdict.INCOMPLETE;
    }

    /**
     * The head that is complete; ready for another then.
     *
     * @return null where framing or addressing leave room for a second reading
     */
    public @Nullable RequestHead take(RequestHead.Connection connection) {
        HeadBytes bytes = head;
        FieldLines lines = fields;
        if (bytes == null || lines == null) {
            throw new IllegalStateException("no complete head");
        }
        head = null;
        fields = null;
        byte[] b = bytes.bytes();
        boolean http11 = b[versionStart + VERSION.length] == '1';
        return RequestCheck.read(
                Methods.name(b, methodStart, targetStart - 1),
                new String(b, targetStart, versionStart - 1 - targetStart, StandardCharsets.ISO_8859_1),
                http11,
                lines,
                connection);
    }

    private Verdict advance(byte[] bytes, int length) {
        Verdict verdict = Verdict.INCOMPLETE;
        while (verdict == Verdict.INCOMPLETE && at < length) {
            verdict = switch (state) {
                case START -> start(bytes[at]);
                case START_LF -> lf(bytes[at], State.START);
                case METHOD -> method(bytes, length);
                case TARGET -> target(bytes, length);
                case VERSION -> version(bytes[at]);
                case LINE_LF -> endOfLine(bytes);
                case FIELDS -> fields(bytes, length);
            };
        }
        return verdict;
    }

    private Verdict start(byte b) {
        if (b == '\r') {
            at++;
            leadingLines++;
            state = State.START_LF;
            return leadingLines <= MAX_LEADING_LINES ? Verdict.INCOMPLETE : Verdict.BAD;
        }
        methodStart = at;
        state = State.METHOD;
        return Grammar.isToken(b) ? Verdict.INCOMPLETE : Verdict.BAD;
    }

    private Verdict lf(byte b, State next) {
        at++;
        state = next;
        return b == '\n' ? Verdict.INCOMPLETE : Verdict.BAD;
    }

    private Verdict method(byte[] bytes, int length) {
        while (at < length && Grammar.isToken(bytes[at])) {
            at++;
        }
        if (at - methodStart > MAX_METHOD_BYTES || (at < length && bytes[at] != ' ')) {
            return Verdict.BAD;
        }
        if (at < length) {
            at++;
            targetStart = at;
            state = State.TARGET;
        }
        return Verdict.INCOMPLETE;
    }

    private Verdict target(byte[] bytes, int length) {
        while (at < length && bytes[at] > ' ' && bytes[at] < 0x7f) {
            at++;
        }
        if (at - targetStart > maxUrlBytes) {
            return Verdict.URL_TOO_LONG;
        }
        if (at < length) {
            if (bytes[at] != ' ' || at == targetStart) {
                return Verdict.BAD;
            }
            at++;
            versionStart = at;
            state = State.VERSION;
        }
        return Verdict.INCOMPLETE;
    }

    private Verdict version(byte b) {
        int place = at - versionStart;
        at++;
        if (place < VERSION.length) {
            return b == VERSION[place] ? Verdict.INCOMPLETE : Verdict.BAD;
        }
        if (place == VERSION.length) {
            return b == '0' || b == '1' ? Verdict.INCOMPLETE : Verdict.BAD;
        }
        state = State.LINE_LF;
        return b == '\r' ? Verdict.INCOMPLETE : Verdict.BAD;
    }

    private Verdict endOfLine(byte[] bytes) {
        Verdict verdict = lf(bytes[at], State.FIELDS);
        FieldLines lines = new FieldLines(bytes);
        fields = lines;
        fieldScan.begin(lines, at);
        return verdict;
    }

    private Verdict fields(byte[] bytes, int length) {
        Verdict verdict = fieldScan.scan(bytes, length);
        at = fieldScan.at();
        return verdict;
    }
}
