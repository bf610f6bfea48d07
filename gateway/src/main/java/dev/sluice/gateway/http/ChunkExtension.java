/*
 * SPDX-FileCopyrightText: The Sluice authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.sluice.gateway.http;

/**
 * Reads over what may stand behind a chunk's size: names with or without values, tokens or quoted (RFC 9112, section 7.1.1), without the white
 * space that old senders are forgiven. Confined to the event loop.
 */
final class ChunkExtension {
    /** Of one chunk. */
    private static final int MAX_BYTES = 256;

    private State state = State.NAME_START;
    private int count;

    private enum State {
        NAME_START,
        NAME,
        VALUE_START,
        VALUE,
        QUOTED,
        QUOTED_PAIR,
        QUOTED_END,
        BAD
    }

    /** The semicolon has been read. */
    void begin() {
        state = State.NAME_START;
        count = 0;
    }

    /** @return {@link Verdict#COMPLETE} with the CR that ends the line */
    Verdict next(byte b) {
        boolean mayEnd = state == State.NAME || state == State.VALUE || state == State.QUOTED_END;
        if (mayEnd && b == '\r') {
            return Verdict.COMPLETE;
        }
        state = mayEnd && b == ';' ? State.NAME_START : step(b);
        return state == State.BAD || ++count > MAX_BYTES ? Verdict.BAD : Verdict.INCOMPLETE;
    }

    private State step(byte b) {
        return switch (state) {
            case NAME_START -> Grammar.isToken(b) ? State.NAME : State.BAD;
            case NAME -> b == '=' ? State.VALUE_START : Grammar.isToken(b) ? State.NAME : State.BAD;
            case VALUE_START -> b == '"' ? State.QUOTED : Grammar.isToken(b) ? State.VALUE : State.BAD;
            case VALUE -> Grammar.isToken(b) ? State.VALUE : State.BAD;
            case QUOTED -> b == '"' ? State.QUOTED_END : b == '\\' ? State.QUOTED_PAIR : inQuotes(b);
            case QUOTED_PAIR -> inQuotes(b);
            case QUOTED_END, BAD -> State.BAD;
        };
    }

    private static State inQuotes(byte b) {
        return b >= 0 && Grammar.isValue(b) ? State.QUOTED : State.BAD;
    }
}
