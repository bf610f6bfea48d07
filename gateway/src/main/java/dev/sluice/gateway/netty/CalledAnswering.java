/*
 * SPDX-FileCopyrightText: The Sluice authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.sluice.gateway.netty;

import dev.sluice.gateway.BackendResponse;
import dev.sluice.gateway.Header;
import dev.sluice.gateway.Integration.Called;
import dev.sluice.gateway.filter.GatewayError;
import dev.sluice.gateway.filter.Refusal;
import io.netty.buffer.ByteBuf;
import io.netty.util.concurrent.ScheduledFuture;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Gathers the whole request, calls a back end, and passes its whole answer on. The request is in the budget until the back end has done with
 * it, though nobody waits for that any more; the answer until the client has it. Confined to the event loop.
 */
final class CalledAnswering implements Answering {
    private static final Logger LOG = LoggerFactory.getLogger(CalledAnswering.class);
    /** Of the service that runs the back end, once that has answered. */
    private static final int SERVICE_OK = 200;

    private static final Refusal NO_ROOM =
            new Refusal(GatewayError.OVERLOADED, null, List.of(new Header("Retry-After", "1")));

    private final ClientExchange exchange;
    private final LoopContext loop;
    private final Called integration;
    private final GatheredBody body;
    private @Nullable ScheduledFuture<?> timer;
    private @Nullable WholeAnswer whole;
    private long answerBytes;
    private boolean calling;
    private boolean done;

    CalledAnswering(ClientExchange exchange, LoopContext loop, Called integration) {
        this.exchange = exchange;
        this.loop = loop;
        this.integration = integration;
        body = new GatheredBody(loop.gathering, exchange.contentLength());
    }

    @Override
    public void begin() {}

    @Override
    public void content(ByteBuf data) {
        if (done) {
            data.release();
            return;
        }
        if (!body.add(data)) {
            exchange.refuse(NO_ROOM);
        }
    }

    @Override
    public void end() {
        if (done) {
            return;
        }
        calling = true;
        exchange.report().integrationCalled();
        timer = loop.eventLoop.schedule(
                () -> refuse(GatewayError.INTEGRATION_TIMEOUT, 0),
                integration.timeout().toNanos(),
                TimeUnit.NANOSECONDS);
        call(body.take()).whenComplete((response, failure) -> loop.eventLoop.execute(() -> called(response, failure)));
    }

    @Override
    public boolean wantsContent() {
        return !done;
    }

    @Override
    public void answerWritable() {
        if (whole != null) {
            whole.resume(exchange);
        }
    }

    @Override
    public void abandon() {
        finish();
        whole = null;
        loop.gathering.giveBack(answerBytes);
        answerBytes = 0;
    }

    private CompletionStage<BackendResponse> call(byte[] bytes) {
        try {
            return integration.backend().call(exchange.exchange(), bytes);
        } catch (RuntimeException e) {
            return CompletableFuture.failedFuture(e);
        }
    }

    private void called(@Nullable BackendResponse response, @Nullable Throwable failure) {
        calling = false;
        body.giveBack();
        if (!done) {
            answer(response, failure);
        }
    }

    private void answer(@Nullable BackendResponse response, @Nullable Throwable failure) {
        if (response == null) {
            LOG.warn("back end failed for request {}", exchange.exchange().requestId(), failure);
            refuse(GatewayError.BAD_INTEGRATION_ANSWER, 0);
            return;
        }
        switch (response) {
            case BackendResponse.Answer(int status, var headers, byte[] answered) -> {
                WholeAnswer answer = new WholeAnswer(status, headers, answered);
                if (!answer.sendable()) {
                    refuse(GatewayError.BAD_INTEGRATION_ANSWER, SERVICE_OK);
                    return;
                }
                finish();
                exchange.report().integrationAnswered(status, SERVICE_OK);
                if (loop.gathering.take(0, answered.length)) {
                    answerBytes = answered.length;
                    whole = answer;
                    answer.send(exchange, loop.headerRules, true);
                } else {
                    exchange.refuse(NO_ROOM);
                }
            }
            case BackendResponse.Failed(var kind, int serviceStatus) ->
                refuse(
                        switch (kind) {
                            case MALFORMED, ERROR -> GatewayError.BAD_INTEGRATION_ANSWER;
                            case CONFIGURATION -> GatewayError.API_CONFIGURATION_ERROR;
                            case TOO_LARGE -> GatewayError.REQUEST_TOO_LARGE;
                        },
                        serviceStatus);
        }
    }

    private void refuse(GatewayError error, int serviceStatus) {
        if (!done) {
            finish();
            exchange.report().integrationAnswered(0, serviceStatus);
            exchange.refuse(error);
        }
    }

    private void finish() {
        done = true;
        if (!calling) {
            body.giveBack();
        }
        if (timer != null) {
            timer.cancel(false);
        }
    }
}
