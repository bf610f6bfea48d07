/*
 * SPDX-FileCopyrightText: The Sluice authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.sluice.gateway.http;

import io.netty.buffer.ByteBuf;
import org.jspecify.annotations.Nullable;

/**
 * Takes the body of a message out of what comes behind its head, by the length or by the chunked coding (RFC 9112, section 7.1) in its
 * strict form: sizes are digits of base 16 alone, lines end with CRLF; extensions are dropped, as are trailers, and neither holds a line end, quoted or not.
 * Confined to the event loop.
 */
public final class BodyReader {
    /** Digits of a chunk's size. */
    private static final int MAX_SIZE_DIGITS = 15;

    private static final long MAX_CHUNK_BYTES = Integer.MAX_VALUE;
    private final FieldScan trailers;
    private final long maxChunkedBytes;
    private final ChunkExtension extension = new ChunkExtension();
    private State state = State.END;
    private long left;
    private long chunkedBytes;
    private int count;
    private @Nullable HeadBytes trailerBytes;

    /** @param maxTrailerBytes of all trailers with their ends */
    public BodyReader(int maxTrailerBytes) {
        this(maxTrailerBytes, Long.MAX_VALUE);
    }

    /** @param maxChunkedBytes of a body in chunks, as their sizes tell */
    public BodyReader(int maxTrailerBytes, long maxChunkedBytes) {
        trailers = new FieldScan(maxTrailerBytes);
        this.maxChunkedBytes = maxChunkedBytes;
    }

    private enum State {
        LENGTH,
        UNTIL_CLOSE,
        SIZE,
        EXTENSION,
        SIZE_LF,
        DATA,
        DATA_CR,
        DATA_LF,
        TRAILERS,
        END,
        TOO_LARGE,
        BAD
    }

    /** @param contentLength 0 or more */
    public void beginLength(long contentLength) {
        left = contentLength;
        state = contentLength == 0 ? State.END : State.LENGTH;
    }

    public void beginChunked() {
        state = State.SIZE;
        left = 0;
        chunkedBytes = 0;
        count = 0;
        trailerBytes = null;
    }

    /** All that comes until the connection ends is the body. */
    public void beginUntilClose() {
        state = State.UNTIL_CLOSE;
    }

    /** Whether the body has been read whole. */
    public boolean ended() {
        return state == State.END;
    }

    /** Whether only the end of the connection ends the body. */
    public boolean untilClose() {
        return state == State.UNTIL_CLOSE;
    }

    /** Whether what came is not of the grammar; then nothing more is read. */
    public boolean bad() {
        return state == State.BAD;
    }

    /** Whether the chunks, with the one that begins, are more than there may be; then nothing more is read. */
    public boolean tooLarge() {
        return state == State.TOO_LARGE;
    }

    /**
     * The next part of the body.
     *
     * @return not empty, to be released; null when there is none yet, or no more
     */
    public @Nullable ByteBuf next(ByteBuf in) {
        while (in.isReadable()) {
            switch (state) {
                case LENGTH, DATA -> {
                    return data(in);
                }
                case UNTIL_CLOSE -> {
                    return in.readRetainedSlice(in.readableBytes());
                }
                case TRAILERS -> readTrailers(in);
                case END, TOO_LARGE, BAD -> {
                    return null;
                }
                case SIZE, EXTENSION, SIZE_LF, DATA_CR, DATA_LF -> state = frame(in.readByte());
            }
        }
        return null;
    }

    private ByteBuf data(ByteBuf in) {
        int length = (int) Math.min(left, in.readableBytes());
        left -= length;
        if (left == 0) {
            state = state == State.LENGTH ? State.END : State.DATA_CR;
        }
        return in.readRetainedSlice(length);
    }

    private State frame(byte b) {
        return switch (state) {
            case SIZE -> size(b);
            case EXTENSION -> extension(b);
            case SIZE_LF -> b == '\n' ? afterSize() : State.BAD;
            case DATA_CR -> b == '\r' ? State.DATA_LF : State.BAD;
            case DATA_LF -> b == '\n' ? nextChunk() : State.BAD;
            case LENGTH, UNTIL_CLOSE, DATA, TRAILERS, END, TOO_LARGE, BAD ->
                throw new IllegalStateException("framing: " + state);
        };
    }

    private State size(byte b) {
        int digit = Character.digit(b, 16);
        if (digit >= 0) {
            left = left << 4 | digit;
            return ++count <= MAX_SIZE_DIGITS && left <= MAX_CHUNK_BYTES ? State.SIZE : State.BAD;
        }
        if (count == 0) {
            return State.BAD;
        }
        extension.begin();
        return b == '\r' ? State.SIZE_LF : b == ';' ? State.EXTENSION : State.BAD;
    }

    private State extension(byte b) {
        return switch (extension.next(b)) {
            case INCOMPLETE -> State.EXTENSION;
            case COMPLETE -> State.SIZE_LF;
            case BAD, URL_TOO_LONG, HEADERS_TOO_LARGE -> State.BAD;
        };
    }

    private State afterSize() {
        count = 0;
        chunkedBytes += left;
        if (chunkedBytes > maxChunkedBytes) {
            return State.TOO_LARGE;
        }
        return left == 0 ? State.TRAILERS : State.DATA;
    }

    private State nextChunk() {
        count = 0;
        return State.SIZE;
    }

    private void readTrailers(ByteBuf in) {
        HeadBytes bytes = trailerBytes;
        if (bytes == null) {
            bytes = new HeadBytes();
            trailerBytes = bytes;
            trailers.begin(new FieldLines(bytes.bytes()), 0);
        }
        Verdict verdict = Verdict.INCOMPLETE;
        while (verdict == Verdict.INCOMPLETE && bytes.takeFrom(in)) {
            verdict = trailers.scan(bytes.bytes(), bytes.length());
        }
        if (verdict == Verdict.COMPLETE) {
            bytes.giveBack(in, trailers.at());
            trailerBytes = null;
            state = State.END;
        } else if (verdict != Verdict.INCOMPLETE) {
            state = State.BAD;
        }
    }
}
