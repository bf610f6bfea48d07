/*
 * SPDX-FileCopyrightText: The Sluice authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.sluice.gateway.netty;

import dev.sluice.gateway.Integration;
import dev.sluice.gateway.filter.GatewayError;
import dev.sluice.gateway.filter.LiveExchange;
import dev.sluice.gateway.filter.Refusal;
import dev.sluice.gateway.filter.Step;
import dev.sluice.gateway.http.RequestHead;
import dev.sluice.gateway.http.RequestHead.Expectation;
import dev.sluice.gateway.http.RequestHead.Framing;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufAllocator;
import java.time.Duration;
import org.jspecify.annotations.Nullable;

/**
 * One request and its answer: takes the request through the chain, hands it to what answers its route, and sees to it that the client gets
 * one answer, whole or visibly broken. Confined to the event loop.
 *
 * <p>It is over when the answer is written and the request read. A request body that nobody wants is read to its end when it is short, else
 * the connection ends with the answer.
 */
final class ClientExchange {
    /** Request bodies up to this length are read although they are not needed, to keep the connection. */
    static final long MAX_UNWANTED_BYTES = 65_536;

    private final Downstream client;
    private final AnswerWriter writer;
    private final LoopContext loop;
    private final ExchangeReport report;
    private @Nullable LiveExchange exchange;
    private Answering answering = Discarding.INSTANCE;
    private @Nullable Suspension suspension;
    private Framing framing = new Framing(0, false, Expectation.NONE);
    private final BodyPace pace;
    private boolean requestComplete;
    private boolean awaiting;
    private boolean mustClose;
    private boolean answerWritten;
    private boolean over;
    private long contentBytes;

    ClientExchange(Downstream client, AnswerWriter writer, LoopContext loop) {
        this.client = client;
        this.writer = writer;
        this.loop = loop;
        pace = new BodyPace(loop.settings.bodyPace());
        report = new ExchangeReport(loop);
    }

    /** The request as filters and back ends see it. */
    LiveExchange exchange() {
        if (exchange == null) {
            throw new IllegalStateException("not begun");
        }
        return exchange;
    }

    /** Of the request's body: 0 for none, {@link Framing#UNTIL_END} where only its end tells. */
    long contentLength() {
        return framing.contentLength();
    }

    ByteBufAllocator allocator() {
        return client.allocator();
    }

    void begin(RequestHead head) {
        RequestHead.Connection peer = head.connection();
        RequestHead seen = peer.trusted() ? head.over(loop.clients.behind(peer, head.fields())) : head;
        exchange = new LiveExchange(seen, loop.clock.instant(), loop.ids);
        framing = head.framing();
        requestComplete = framing.contentLength() == 0;
        client.deadline().clear();
        if (framing.contentLength() > loop.settings.limits().bodyBytes()) {
            refuse(GatewayError.CONTENT_TOO_LARGE);
        } else if (framing.expectation() == Expectation.UNKNOWN) {
            refuse(GatewayError.EXPECTATION_FAILED);
        } else {
            decide();
        }
        awaitContent();
    }

    /** Refuses what could not be read as a request, and ends the connection. */
    void refuseUnread(GatewayError error, RequestHead.Connection peer) {
        exchange = LiveExchange.unread(peer, loop.clock.instant(), loop.ids);
        mustClose = true;
        refuse(error);
    }

    boolean takesContent() {
        return !requestComplete && suspension == null;
    }

    boolean wantsRead() {
        return requestComplete || (suspension == null && answering.wantsContent());
    }

    /** @param data not empty; passed on */
    void content(ByteBuf data) {
        contentBytes += data.readableBytes();
        pace.came(data.readableBytes());
        if (contentBytes > loop.settings.limits().bodyBytes()) {
            data.release();
            breakOff(GatewayError.CONTENT_TOO_LARGE);
            return;
        }
        answering.content(data);
        awaitContent();
    }

    /** The rest of the request's body is not of the grammar, or too much. */
    void contentUnreadable(GatewayError error) {
        breakOff(error);
    }

    void requestEnded() {
        if (requestComplete) {
            return;
        }
        requestComplete = true;
        if (!writer.begun()) {
            client.deadline().clear();
        }
        answering.end();
        endIfDone();
    }

    void readComplete() {
        answering.readComplete();
    }

    void answerWritable() {
        moved();
        answering.answerWritable();
    }

    /** Nothing has moved for too long. */
    void expire() {
        if (requestComplete) {
            client.abort();
        } else {
            breakOff(GatewayError.REQUEST_TIMEOUT);
        }
    }

    void clientGone() {
        over = true;
        leaveSuspension();
        answering.abandon();
        writer.discard();
        sendReport();
    }

    /** What is told of it at its end. */
    ExchangeReport report() {
        return report;
    }

    void refuse(GatewayError error) {
        refuse(Refusal.of(error));
    }

    /** Whether there can be no other answer than the one there is. */
    boolean isAnswered() {
        return over || writer.begun();
    }

    /** Begins an answer; its fields go into what is returned, until {@link #beginAnswer}. */
    AnswerHead answerHead(int status) {
        return writer.head(status);
    }

    /**
     * @param length -1 where only the end tells
     * @param hasBody whether the integration sends a body
     */
    void beginAnswer(long length, boolean hasBody) {
        writer.begin(exchange(), length, hasBody, keepsConnection());
    }

    /** @param data passed on */
    void answerContent(ByteBuf data) {
        writer.content(data);
    }

    /** Whether there is room for more of the answer. */
    boolean answerHasRoom() {
        return writer.hasRoom();
    }

    void flushAnswer() {
        if (writer.begun() && !answerWritten) {
            moved();
            writer.flush();
        }
    }

    void endAnswer() {
        writer.end(this::written);
        if (!answerWritten) {
            moved();
        }
    }

    /** The answer cannot be completed: the client must see that. */
    void breakAnswer() {
        client.abort();
    }

    /** There is room for more of the request again. */
    void readOn() {
        awaitContent();
        client.readOn();
    }

    private void decide() {
        switch (loop.chain.proceed(exchange())) {
            case Step.Continue _ -> integrate();
            case Step.Refuse(Refusal refusal) -> refuse(refusal);
            case Step.Suspend(var ready, var otherwise) -> {
                if (suspension == null) {
                    suspension = new Suspension(loop, () -> wake(), () -> giveUp(otherwise.get()));
                }
                suspension.until(ready);
                return;
            }
        }
        leaveSuspension();
    }

    private void wake() {
        decide();
        if (suspension == null) {
            readOn();
        }
    }

    private void giveUp(Refusal otherwise) {
        suspension = null;
        refuse(otherwise);
        readOn();
    }

    private void leaveSuspension() {
        if (suspension != null) {
            suspension.end();
            suspension = null;
        }
    }

    private void integrate() {
        answering = switch (exchange().route().integration()) {
            case Integration.Mock mock -> new MockAnswering(this, loop, mock);
            case Integration.HttpProxy proxy -> new ProxyAnswering(this, loop, proxy);
            case Integration.Called called -> new CalledAnswering(this, loop, called);
        };
        answering.begin();
        if (requestComplete) {
            answering.end();
        } else if (framing.expectation() == Expectation.CONTINUE && contentBytes == 0 && !writer.begun()) {
            client.sendContinue();
        }
    }

    void refuse(Refusal refusal) {
        answering.abandon();
        if (over) {
            return;
        }
        if (writer.begun()) {
            client.abort();
            return;
        }
        mustClose |=
                answering == Discarding.INSTANCE && !requestComplete && framing.expectation() == Expectation.CONTINUE;
        answering = Discarding.INSTANCE;
        report.refused(refusal);
        writer.refuse(refusal, exchange(), keepsConnection());
        endAnswer();
    }

    /** The rest of the request cannot or will not be read. */
    private void breakOff(GatewayError error) {
        mustClose = true;
        if (writer.begun()) {
            answering.abandon();
            client.abort();
        } else {
            refuse(error);
        }
    }

    /** The rest of the request is waited for, but not while nobody wants it. */
    private void awaitContent() {
        if (requestComplete || over) {
            return;
        }
        if (suspension != null || !answering.wantsContent()) {
            awaiting = false;
            client.deadline().clear();
            return;
        }
        long nowNanos = loop.nanoClock.nanoTime();
        if (!awaiting) {
            awaiting = true;
            pace.begin(nowNanos);
        }
        Duration left = pace.left(nowNanos, loop.settings.times().idle());
        if (left.isPositive()) {
            client.deadline().set(nowNanos, left);
        } else {
            breakOff(GatewayError.REQUEST_TIMEOUT);
        }
    }

    /** From now on there is as much time as before. */
    private void moved() {
        client.deadline().set(loop.settings.times().idle());
    }

    private boolean keepsConnection() {
        long length = framing.contentLength();
        boolean readable = requestComplete || (length >= 0 && length <= MAX_UNWANTED_BYTES);
        return framing.keepAlive() && readable && !mustClose && !loop.draining();
    }

    private void written(boolean success) {
        if (success) {
            answerWritten = true;
            sendReport();
            endIfDone();
            readOnIfUnread();
        } else {
            client.abort();
        }
    }

    /** Whoever took the request's body may have stopped, and does not say any more when it goes on. */
    private void readOnIfUnread() {
        if (!over && !requestComplete) {
            readOn();
        }
    }

    private void endIfDone() {
        if (answerWritten && !over && (requestComplete || !writer.keepAlive())) {
            over = true;
            answering.abandon();
            client.ended(writer.keepAlive(), requestComplete);
        }
    }

    private void sendReport() {
        if (exchange != null) {
            report.send(exchange, writer);
        }
    }
}
