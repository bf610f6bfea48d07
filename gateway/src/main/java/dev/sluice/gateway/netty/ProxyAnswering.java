/*
 * SPDX-FileCopyrightText: The Sluice authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.sluice.gateway.netty;

import dev.sluice.gateway.Integration.HttpProxy;
import dev.sluice.gateway.filter.GatewayError;
import dev.sluice.gateway.http.FieldLines;
import dev.sluice.gateway.http.FieldName;
import dev.sluice.gateway.http.ResponseHead;
import dev.sluice.gateway.upstream.UpstreamCall;
import dev.sluice.gateway.upstream.UpstreamFailure;
import dev.sluice.gateway.upstream.UpstreamListener;
import io.netty.buffer.ByteBuf;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** Streams a request to an HTTP server and its answer back, each no faster than the other side takes it. Confined to the event loop. */
final class ProxyAnswering implements Answering, UpstreamListener {
    private final ClientExchange exchange;
    private final LoopContext loop;
    private final HttpProxy integration;
    private final boolean chunked;
    private @Nullable UpstreamCall call;
    private boolean answered;

    ProxyAnswering(ClientExchange exchange, LoopContext loop, HttpProxy integration) {
        this.exchange = exchange;
        this.loop = loop;
        this.integration = integration;
        chunked = exchange.contentLength() < 0;
    }

    @Override
    public void begin() {
        switch (ProxyRequest.encode(exchange, loop, integration)) {
            case ProxyRequest.Refused(GatewayError error) -> exchange.refuse(error);
            case ProxyRequest.Ready(var request) -> {
                call = loop.upstreams.call(request, this);
                call.start(exchange.report().integrationCalled());
            }
        }
    }

    @Override
    public void content(ByteBuf data) {
        if (call == null) {
            data.release();
        } else if (chunked) {
            Chunks.write(exchange.allocator(), data, call::send);
        } else {
            call.send(data);
        }
    }

    @Override
    public void end() {
        if (call != null) {
            if (chunked) {
                call.send(Chunks.last());
            }
            call.end();
        }
    }

    @Override
    public boolean wantsContent() {
        return call == null || call.isEnded() || call.writable();
    }

    @Override
    public void readComplete() {
        if (call != null) {
            call.flush();
        }
    }

    @Override
    public void answerWritable() {
        if (call != null) {
            call.resume();
        }
    }

    @Override
    public void abandon() {
        if (call != null) {
            call.cancel();
        }
    }

    @Override
    public void answered(ResponseHead response, boolean hasBody) {
        answered = true;
        exchange.report().integrationAnswered(response.status());
        AnswerHead head = exchange.answerHead(response.status());
        copyFields(response.fields(), head);
        head.traceId(exchange.exchange().traceId());
        exchange.beginAnswer(response.contentLength(), hasBody);
    }

    private void copyFields(FieldLines from, AnswerHead to) {
        Set<String> tokens = from.connectionTokens();
        boolean announcing = !exchange.exchange().announced().isEmpty();
        for (int i = 0; i < from.size(); i++) {
            if (!loop.headerRules.returns(from, i, tokens)) {
                continue;
            }
            FieldName renamed = loop.headerRules.renamed(from.field(i));
            if (renamed != null) {
                to.line(renamed, from, i);
            } else if (!announcing || !exchange.exchange().announces(from.name(i))) {
                to.line(from, i);
            }
        }
    }

    @Override
    public void answerContent(ByteBuf data) {
        exchange.answerContent(data);
    }

    @Override
    public void completed() {
        exchange.endAnswer();
    }

    @Override
    public void failed(UpstreamFailure failure) {
        if (answered) {
            exchange.breakAnswer();
            return;
        }
        exchange.report().integrationAnswered();
        exchange.refuse(
                switch (failure) {
                    case REFUSED -> GatewayError.API_CONFIGURATION_ERROR;
                    case NETWORK -> GatewayError.INTEGRATION_FAILURE;
                    case TIMEOUT -> GatewayError.INTEGRATION_TIMEOUT;
                    case MALFORMED -> GatewayError.BAD_INTEGRATION_ANSWER;
                });
        exchange.readOn();
    }

    @Override
    public boolean wantsAnswer() {
        return exchange.answerHasRoom();
    }

    @Override
    public void answerReadComplete() {
        exchange.flushAnswer();
    }

    @Override
    public void requestWritable() {
        exchange.readOn();
    }
}
