/*
 * SPDX-FileCopyrightText: The Sluice authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.sluice.gateway.upstream;

import dev.sluice.gateway.http.ResponseHead;
import dev.sluice.gateway.loop.Deadline;
import io.netty.buffer.ByteBuf;
import java.util.ArrayDeque;
import java.util.Queue;
import org.jspecify.annotations.Nullable;

/**
 * One request to an upstream and its answer. Confined to the event loop.
 *
 * <p>It is sent a second time, once and on a fresh connection, only when a pooled connection broke before a byte of the answer came, the
 * request is repeatable, and nothing of its body has been sent.
 */
public final class UpstreamCall {
    private final UpstreamClient client;
    private final UpstreamRequest request;
    private final UpstreamListener listener;
    /** What comes before there is a connection; bounded, as the client is not read from then. */
    private @Nullable Queue<ByteBuf> held;

    private @Nullable UpstreamConnection connection;
    /** The connection's, once there is one. */
    private @Nullable Deadline deadline;

    private boolean bodySent;
    private boolean requestEnded;
    private boolean answered;
    private boolean ended;
    private boolean repeated;

    UpstreamCall(UpstreamClient client, UpstreamRequest request, UpstreamListener listener) {
        this.client = client;
        this.request = request;
        this.listener = listener;
    }

    /**
     * Sends the head. The listener may be called before this returns.
     *
     * @param nowNanos a reading of the clock just made
     */
    public void start(long nowNanos) {
        UpstreamConnection pooled = client.pooled(request.origin(), nowNanos);
        if (pooled == null) {
            connect(nowNanos);
        } else {
            deadline = pooled.deadline();
            deadline.handTo(this::onDeadline);
            deadline.set(nowNanos, request.timeout());
            attach(pooled);
        }
    }

    UpstreamRequest request() {
        return request;
    }

    /** Whether nobody waits for an answer any more. */
    public boolean isEnded() {
        return ended;
    }

    /** @param data framed already; released by the call */
    public void send(ByteBuf data) {
        if (ended) {
            data.release();
        } else if (connection == null) {
            held = held == null ? new ArrayDeque<>(2) : held;
            held.add(data);
        } else {
            bodySent = true;
            connection.write(data);
        }
    }

    /** No more to send; implies {@link #flush}. */
    public void end() {
        requestEnded = true;
        flush();
    }

    public void flush() {
        if (connection != null && !ended) {
            connection.flush();
        }
    }

    /** Whether there is room for more of the request. */
    public boolean writable() {
        return connection != null && connection.writable();
    }

    /** Reads on after {@link UpstreamListener#wantsAnswer} was false. */
    public void resume() {
        if (connection != null && !ended) {
            connection.read();
        }
    }

    /** Nobody waits any more: the connection is closed, the listener hears nothing. */
    public void cancel() {
        if (!ended) {
            finish();
            if (connection != null) {
                connection.close();
            }
        }
    }

    void attach(UpstreamConnection attached) {
        connection = attached;
        attached.begin(this, deadline(), request.expectsBody());
        Queue<ByteBuf> waiting = held;
        held = null;
        if (waiting == null) {
            attached.send(request.head());
        } else {
            attached.write(request.head());
            bodySent = true;
            waiting.forEach(attached::write);
            attached.flush();
        }
        attached.read();
        listener.requestWritable();
    }

    void onHead(ResponseHead head, boolean hasBody) {
        answered = true;
        listener.answered(head, hasBody);
    }

    void onContent(ByteBuf data) {
        listener.answerContent(data);
    }

    /** @return whether the request was sent whole, so that the connection may be used again */
    boolean onComplete() {
        finish();
        connection = null;
        listener.completed();
        return requestEnded;
    }

    void onReadComplete() {
        if (answered) {
            deadline().set(request.timeout());
        }
        listener.answerReadComplete();
        if (connection != null && listener.wantsAnswer()) {
            connection.read();
        }
    }

    void onWritable() {
        listener.requestWritable();
    }

    /** The connection broke. */
    void onBroken(boolean reused, boolean bytesSeen) {
        boolean again = reused && !bytesSeen && !repeated && !bodySent && request.repeatable();
        connection = null;
        if (again) {
            repeated = true;
            connect(client.nanoTime());
        } else {
            fail(UpstreamFailure.NETWORK);
        }
    }

    void fail(UpstreamFailure failure) {
        if (!ended) {
            finish();
            if (connection != null) {
                connection.close();
            }
            listener.failed(failure);
        }
    }

    private void connect(long nowNanos) {
        deadline = client.newDeadline(this::onDeadline);
        deadline.set(nowNanos, request.timeout());
        client.connect(this);
    }

    private Deadline deadline() {
        if (deadline == null) {
            throw new IllegalStateException("not started");
        }
        return deadline;
    }

    private void onDeadline() {
        if (answered && !listener.wantsAnswer()) {
            deadline().set(request.timeout());
        } else {
            fail(UpstreamFailure.TIMEOUT);
        }
    }

    private void finish() {
        ended = true;
        if (connection == null) {
            deadline().cancel();
        } else {
            deadline().clear();
        }
        if (held != null) {
            held.forEach(ByteBuf::release);
            held = null;
        }
    }
}
