/*
 * SPDX-FileCopyrightText: The Sluice authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.sluice.gateway.netty;

import dev.sluice.gateway.BackendResponse;
import dev.sluice.gateway.Integration.Called;
import dev.sluice.gateway.filter.GatewayError;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufUtil;
import io.netty.buffer.CompositeByteBuf;
import io.netty.util.concurrent.ScheduledFuture;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Gathers the whole request, calls a back end, and passes its whole answer on. Confined to the event loop. */
final class CalledAnswering implements Answering {
    private static final Logger LOG = LoggerFactory.getLogger(CalledAnswering.class);
    private static final int MAX_PARTS = 1024;

    private final ClientExchange exchange;
    private final LoopContext loop;
    private final Called integration;
    private @Nullable CompositeByteBuf body;
    private @Nullable ScheduledFuture<?> timer;
    private @Nullable WholeAnswer whole;
    private boolean done;

    CalledAnswering(ClientExchange exchange, LoopContext loop, Called integration) {
        this.exchange = exchange;
        this.loop = loop;
        this.integration = integration;
    }

    @Override
    public void begin() {}

    @Override
    public void content(ByteBuf data) {
        if (done) {
            data.release();
            return;
        }
        if (body == null) {
            body = exchange.allocator().compositeBuffer(MAX_PARTS);
        }
        body.addComponent(true, data);
    }

    @Override
    public void end() {
        if (done) {
            return;
        }
        byte[] bytes = body == null ? new byte[0] : ByteBufUtil.getBytes(body);
        release();
        exchange.report().integrationCalled();
        timer = loop.eventLoop.schedule(
                () -> refuse(GatewayError.INTEGRATION_TIMEOUT),
                integration.timeout().toNanos(),
                TimeUnit.NANOSECONDS);
        call(bytes).whenComplete((response, failure) -> loop.eventLoop.execute(() -> answer(response, failure)));
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
    }

    private CompletionStage<BackendResponse> call(byte[] bytes) {
        try {
            return integration.backend().call(exchange.exchange(), bytes);
        } catch (RuntimeException e) {
            return CompletableFuture.failedFuture(e);
        }
    }

    private void answer(@Nullable BackendResponse response, @Nullable Throwable failure) {
        if (done) {
            return;
        }
        if (response == null) {
            LOG.warn("back end failed for request {}", exchange.exchange().requestId(), failure);
            refuse(GatewayError.BAD_INTEGRATION_ANSWER);
            return;
        }
        switch (response) {
            case BackendResponse.Answer(int status, var headers, byte[] answered) -> {
                WholeAnswer answer = new WholeAnswer(status, headers, answered);
                if (answer.sendable()) {
                    whole = answer;
                    finish();
                    exchange.report().integrationAnswered(status);
                    answer.send(exchange, loop.headerRules, true);
                } else {
                    refuse(GatewayError.BAD_INTEGRATION_ANSWER);
                }
            }
            case BackendResponse.Failed(var kind) ->
                refuse(
                        switch (kind) {
                            case MALFORMED, ERROR -> GatewayError.BAD_INTEGRATION_ANSWER;
                            case CONFIGURATION -> GatewayError.API_CONFIGURATION_ERROR;
                            case TOO_LARGE -> GatewayError.REQUEST_TOO_LARGE;
                        });
        }
    }

    private void refuse(GatewayError error) {
        if (!done) {
            finish();
            exchange.report().integrationAnswered();
            exchange.refuse(error);
        }
    }

    private void finish() {
        done = true;
        release();
        if (timer != null) {
            timer.cancel(false);
        }
    }

    private void release() {
        if (body != null) {
            body.release();
            body = null;
        }
    }
}
