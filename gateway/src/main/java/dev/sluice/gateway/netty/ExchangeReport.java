/*
 * SPDX-FileCopyrightText: The Sluice authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.sluice.gateway.netty;

import dev.sluice.gateway.ExchangeEnd;
import dev.sluice.gateway.filter.GatewayError;
import dev.sluice.gateway.filter.LiveExchange;
import dev.sluice.gateway.filter.Refusal;
import dev.sluice.gateway.http.RequestHead;
import org.jspecify.annotations.Nullable;

/** What is told of an exchange when it is over, once. Confined to the event loop. */
final class ExchangeReport {
    private static final int CLIENT_LEFT = 499;

    private final LoopContext loop;
    private final long receivedNanos;
    private @Nullable String refusedBy;
    private ExchangeEnd.@Nullable Error error;
    private long calledNanos;
    private long integrationNanos = -1;
    private int integrationStatus;
    private int serviceStatus;
    private boolean sent;

    ExchangeReport(LoopContext loop) {
        this.loop = loop;
        receivedNanos = loop.nanoClock.nanoTime();
    }

    /** Of a request whose head could not be read, and whose stream ends without an answer of ours. */
    static void ofUnread(GatewayError error, RequestHead.Connection peer, LoopContext loop) {
        ExchangeReport report = new ExchangeReport(loop);
        report.refused(Refusal.of(error));
        report.send(LiveExchange.unread(peer, loop.clock.instant(), loop.ids), error.status(), 0);
    }

    void refused(Refusal refusal) {
        refusedBy = refusal.policy();
        error = refusal.error().told();
    }

    /**
     * The integration is called: its latency counts from now.
     *
     * @return the reading of the clock
     */
    long integrationCalled() {
        calledNanos = loop.nanoClock.nanoTime();
        return calledNanos;
    }

    /** The integration's answer has begun. */
    void integrationAnswered(int status) {
        integrationAnswered(status, status);
    }

    /**
     * The integration has answered, or failed.
     *
     * @param status 0 when it failed
     * @param service what the service that runs it answered; 0 for nothing
     */
    void integrationAnswered(int status, int service) {
        integrationStatus = status;
        serviceStatus = service;
        integrationAnswered();
    }

    /** There will be no answer of the integration. */
    void integrationAnswered() {
        integrationNanos = loop.nanoClock.nanoTime() - calledNanos;
    }

    void send(LiveExchange exchange, AnswerWriter writer) {
        send(exchange, writer.begun() ? writer.status() : CLIENT_LEFT, writer.bodyBytes());
    }

    /** @param status that the client got, or would have got where its protocol has another way to say so */
    void send(LiveExchange exchange, int status, long answerBytes) {
        if (sent) {
            return;
        }
        sent = true;
        loop.listener.ended(new ExchangeEnd(
                exchange.stageIfKnown(),
                exchange.routeIfKnown(),
                status,
                refusedBy,
                exchange.wouldRefuseBy(),
                loop.nanoClock.nanoTime() - receivedNanos,
                integrationNanos,
                exchange.apiKey(),
                exchange.plan(),
                exchange.requestId(),
                exchange,
                answerBytes,
                integrationStatus,
                serviceStatus,
                error));
    }
}
