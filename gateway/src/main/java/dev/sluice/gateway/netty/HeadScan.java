/*
 * SPDX-FileCopyrightText: The Sluice authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.sluice.gateway.netty;

import io.netty.buffer.ByteBuf;

/**
 * Reads over a request head before it is decoded, and lets only a strict subset of RFC 9112 pass: single spaces in the request line, HTTP/1.0
 * or 1.1, names of token characters right before the colon, no folded lines, no bare CR or LF, no control characters. Nothing but CRLF may
 * stand before the request line. Remembers where it stopped, so that a head that comes byte by byte is read once. Confined to the event loop.
 */
final class HeadScan {
    private static final String VERSION = "HTTP/1.";
    private static final int MAX_METHOD_BYTES = 32;
    private static final int MAX_LEADING_BYTES = 8;
    private static final boolean[] TOKEN = new boolean[256];

    static {
        for (int c = '0'; c <= 'z'; c++) {
            TOKEN[c] = Character.isLetterOrDigit(c);
        }
        for (char c : "!#$%&'*+-.^_`|~".toCharArray()) {
            TOKEN[c] = true;
        }
    }

    private final int maxUrlBytes;
    private final int maxHeaderBytes;
    private State state = State.START;
    private int scanned;
    private int count;

    HeadScan(int maxUrlBytes, int maxHeaderBytes) {
        this.maxUrlBytes = maxUrlBytes;
        this.maxHeaderBytes = maxHeaderBytes;
    }

    enum Verdict {
        INCOMPLETE,
        COMPLETE,
        BAD,
        URL_TOO_LONG,
        HEADERS_TOO_LARGE
    }

    private enum State {
        START,
        START_LF,
        METHOD,
        TARGET,
        VERSION,
        LINE_LF,
        LINE,
        NAME,
        VALUE,
        VALUE_LF,
        END_LF
    }

    /** Whether a head has begun and is not complete. */
    boolean inHead() {
        return scanned > 0;
    }

    /** Goes on where the last call stopped; nothing may have been taken from the buffer in between. */
    Verdict scan(ByteBuf buffer) {
        int from = buffer.readerIndex();
        int length = buffer.readableBytes();
        while (scanned < length) {
            Verdict verdict = next(buffer.getByte(from + scanned) & 0xff);
            scanned++;
            if (verdict != Verdict.INCOMPLETE) {
                return verdict;
            }
        }
        return Verdict.INCOMPLETE;
    }

    /** Ready for another head. */
    void reset() {
        state = State.START;
        scanned = 0;
        count = 0;
    }

    private Verdict next(int c) {
        return switch (state) {
            case START -> c == '\r' ? to(State.START_LF, ++count <= MAX_LEADING_BYTES) : first(c);
            case START_LF -> to(State.START, c == '\n');
            case METHOD ->
                c == ' ' ? counted(State.TARGET, true) : stay(TOKEN[c] && ++count <= MAX_METHOD_BYTES, Verdict.BAD);
            case TARGET -> target(c);
            case VERSION -> version(c);
            case LINE_LF -> counted(State.LINE, c == '\n');
            case LINE -> c == '\r' ? to(State.END_LF, true) : header(State.NAME, TOKEN[c]);
            case NAME -> c == ':' ? header(State.VALUE, true) : header(State.NAME, TOKEN[c]);
            case VALUE -> c == '\r' ? header(State.VALUE_LF, true) : header(State.VALUE, isValue(c));
            case VALUE_LF -> header(State.LINE, c == '\n');
            case END_LF -> c == '\n' ? Verdict.COMPLETE : Verdict.BAD;
        };
    }

    private Verdict first(int c) {
        return counted(State.METHOD, TOKEN[c]);
    }

    private Verdict target(int c) {
        if (c == ' ') {
            boolean some = count > 0;
            return counted(State.VERSION, some);
        }
        count++;
        return c <= ' ' || c >= 0x7f ? Verdict.BAD : stay(count <= maxUrlBytes, Verdict.URL_TOO_LONG);
    }

    private Verdict version(int c) {
        int at = count++;
        if (at < VERSION.length()) {
            return stay(c == VERSION.charAt(at), Verdict.BAD);
        }
        return at == VERSION.length() ? stay(c == '0' || c == '1', Verdict.BAD) : to(State.LINE_LF, c == '\r');
    }

    private Verdict header(State next, boolean valid) {
        state = next;
        return valid ? stay(++count <= maxHeaderBytes, Verdict.HEADERS_TOO_LARGE) : Verdict.BAD;
    }

    private Verdict counted(State next, boolean valid) {
        count = 0;
        return to(next, valid);
    }

    private Verdict to(State next, boolean valid) {
        state = next;
        return stay(valid, Verdict.BAD);
    }

    private static Verdict stay(boolean valid, Verdict otherwise) {
        return valid ? Verdict.INCOMPLETE : otherwise;
    }

    private static boolean isValue(int c) {
        return (c >= ' ' && c <= 0xff && c != 0x7f) || c == '\t';
    }

    /** Whether the text could be the name of a header field. */
    static boolean isToken(CharSequence text) {
        for (int i = 0; i < text.length(); i++) {
            char c = text.charAt(i);
            if (c >= TOKEN.length || !TOKEN[c]) {
                return false;
            }
        }
        return !text.isEmpty();
    }

    /** Whether the text could be the value of a header field. */
    static boolean isFieldValue(CharSequence text) {
        for (int i = 0; i < text.length(); i++) {
            if (!isValue(text.charAt(i))) {
                return false;
            }
        }
        return true;
    }
}
