/*
 * SPDX-FileCopyrightText: The Sluice authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.sluice.server.load;

import dev.sluice.limits.NanoClock;
import java.io.IOException;
import java.net.StandardSocketOptions;
import java.nio.ByteBuffer;
import java.nio.channels.SelectionKey;
import java.nio.channels.Selector;
import java.nio.channels.SocketChannel;
import org.jspecify.annotations.Nullable;

/** One kept-alive connection with a bounded pipeline of requests under way. Confined to the generator's thread. */
final class LoadConnection {
    private static final int MAX_UNDER_WAY = 32;
    private static final int RECEIVE_BYTES = 64 << 10;

    private final LoadPlan plan;
    private final Selector selector;
    private final NanoClock clock;
    private final ByteBuffer out;
    private final ByteBuffer in = ByteBuffer.allocate(RECEIVE_BYTES);
    /** A ring of the requests under way, oldest at {@code head}; those not stamped yet are the newest {@code unsent}. */
    private final int[] requests = new int[MAX_UNDER_WAY];

    private int head;
    private int underWay;
    private int unsent;
    private @Nullable Recording recording;
    private SocketChannel channel;
    private AnswerParser parser = new AnswerParser();
    private long closedNanos;

    private LoadConnection(LoadPlan plan, Selector selector, NanoClock clock) throws IOException {
        this.plan = plan;
        this.selector = selector;
        this.clock = clock;
        this.out = ByteBuffer.allocate(MAX_UNDER_WAY * plan.request().length).flip();
        this.channel = connect();
    }

    static LoadConnection open(LoadPlan plan, Selector selector, NanoClock clock) throws IOException {
        return new LoadConnection(plan, selector, clock);
    }

    private SocketChannel connect() throws IOException {
        var opened = SocketChannel.open(plan.address());
        opened.setOption(StandardSocketOptions.TCP_NODELAY, true);
        opened.configureBlocking(false);
        opened.register(selector, SelectionKey.OP_READ, this);
        return opened;
    }

    void record(Recording into) {
        recording = into;
    }

    boolean isOpen() {
        return channel.isOpen();
    }

    long closedNanos() {
        return closedNanos;
    }

    int underWay() {
        return underWay;
    }

    boolean accepts() {
        return isOpen() && underWay < MAX_UNDER_WAY;
    }

    /** Takes a request to be written by the next {@link #flush}. */
    void enqueue(int request) {
        requests[(head + underWay++) % MAX_UNDER_WAY] = request;
        unsent++;
        out.compact().put(plan.request()).flip();
    }

    void flush() {
        if (!out.hasRemaining() || !isOpen()) {
            return;
        }
        var now = clock.nanoTime();
        for (; unsent > 0; unsent--) {
            recording().sent(requests[(head + underWay - unsent) % MAX_UNDER_WAY], now);
        }
        try {
            channel.write(out);
            var key = channel.keyFor(selector);
            key.interestOps(out.hasRemaining() ? SelectionKey.OP_READ | SelectionKey.OP_WRITE : SelectionKey.OP_READ);
        } catch (IOException broken) {
            close();
        }
    }

    void receive() {
        try {
            var end = channel.read(in) < 0;
            var now = clock.nanoTime();
            in.flip();
            for (var status = parser.next(in); status != AnswerParser.INCOMPLETE; status = parser.next(in)) {
                if (underWay == 0) {
                    throw new IOException("an answer that nobody asked for");
                }
                recording().answered(requests[head], status, now);
                head = (head + 1) % MAX_UNDER_WAY;
                underWay--;
            }
            in.compact();
            if (end || !in.hasRemaining() || parser.endsConnection()) {
                close();
            }
        } catch (IOException broken) {
            close();
        }
    }

    /** Requests under way are lost; they are not sent again, as they may have been charged. */
    void close() {
        if (!isOpen()) {
            return;
        }
        closedNanos = clock.nanoTime();
        try {
            channel.close();
        } catch (IOException ignored) {
            // Nothing can be done about a socket that does not close.
        }
        for (; underWay > 0; underWay--) {
            recording().lost();
        }
        unsent = 0;
    }

    void reopen() {
        try {
            channel = connect();
            parser = new AnswerParser();
            in.clear();
            out.clear().flip();
            head = 0;
        } catch (IOException refused) {
            closedNanos = clock.nanoTime();
        }
    }

    private Recording recording() {
        if (recording == null) {
            throw new IllegalStateException("a request before the run");
        }
        return recording;
    }
}
