/*
 * SPDX-FileCopyrightText: The Sluice authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.sluice.gateway.http;

/**
 * Reads field lines up to the empty line behind them: names of token characters right before the colon, no folded lines, no bare CR or LF,
 * no control characters (RFC 9112, section 5, without what it lets a recipient forgive). Each byte is looked at once, however they come.
 * Confined to the event loop.
 */
final class FieldScan {
    private final int maxBytes;
    private State state = State.LINE;
    private FieldLines lines = FieldLines.NONE;
    private int start;
    private int at;
    private int nameStart;
    private int nameEnd;
    private int valueStart;
    private boolean underscored;

    /** @param maxBytes of all lines with their ends, but for the empty line */
    FieldScan(int maxBytes) {
        this.maxBytes = maxBytes;
    }

    private enum State {
        LINE,
        NAME,
        VALUE,
        VALUE_LF,
        END_LF
    }

    /** @param from where the first line begins */
    void begin(FieldLines into, int from) {
        state = State.LINE;
        lines = into;
        start = from;
        at = from;
    }

    /** Where it stopped; behind the empty line when it is complete. */
    int at() {
        return at;
    }

    /** Goes on where the last call stopped; what was there is where it was, also in another array. */
    Verdict scan(byte[] bytes, int length) {
        lines.movedTo(bytes);
        while (at < length) {
            Verdict verdict = switch (state) {
                case LINE -> line(bytes[at]);
                case NAME -> name(bytes, length);
                case VALUE -> value(bytes, length);
                case VALUE_LF -> expectLf(bytes[at], State.LINE, Verdict.INCOMPLETE);
                case END_LF -> expectLf(bytes[at], State.LINE, Verdict.COMPLETE);
            };
            if (verdict != Verdict.INCOMPLETE) {
                return verdict;
            }
            if (at - start > maxBytes && state != State.END_LF) {
                return Verdict.HEADERS_TOO_LARGE;
            }
        }
        return Verdict.INCOMPLETE;
    }

    private Verdict line(byte first) {
        if (first == '\r') {
            state = State.END_LF;
            at++;
            return Verdict.INCOMPLETE;
        }
        nameStart = at;
        underscored = false;
        state = State.NAME;
        return Grammar.isToken(first) ? Verdict.INCOMPLETE : Verdict.BAD;
    }

    private Verdict name(byte[] bytes, int length) {
        int i = at;
        while (i < length && Grammar.isToken(bytes[i])) {
            underscored |= bytes[i] == '_';
            i++;
        }
        at = i;
        if (i == length) {
            return Verdict.INCOMPLETE;
        }
        if (bytes[i] != ':') {
            return Verdict.BAD;
        }
        nameEnd = i;
        valueStart = i + 1;
        at = i + 1;
        state = State.VALUE;
        return Verdict.INCOMPLETE;
    }

    private Verdict value(byte[] bytes, int length) {
        int i = Words.overPrintable(bytes, at, length);
        while (i < length && Grammar.isValue(bytes[i])) {
            i++;
        }
        at = i;
        if (i == length) {
            return Verdict.INCOMPLETE;
        }
        if (bytes[i] != '\r') {
            return Verdict.BAD;
        }
        int from = valueStart;
        int to = i;
        while (from < to && isSpace(bytes[from])) {
            from++;
        }
        while (to > from && isSpace(bytes[to - 1])) {
            to--;
        }
        lines.add(nameStart, nameEnd, from, to, underscored);
        at = i + 1;
        state = State.VALUE_LF;
        return Verdict.INCOMPLETE;
    }

    private Verdict expectLf(byte b, State next, Verdict then) {
        if (b != '\n') {
            return Verdict.BAD;
        }
        at++;
        state = next;
        return then;
    }

    private static boolean isSpace(byte b) {
        return b == ' ' || b == '\t';
    }
}
