/*
 * SPDX-FileCopyrightText: The Sluice authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.sluice.gateway.netty;

import dev.sluice.gateway.Header;
import dev.sluice.gateway.http.HeadWriter;
import io.netty.buffer.Unpooled;
import java.nio.charset.StandardCharsets;
import java.util.List;

/**
 * An answer that is there as a whole, and leaves no faster than the client takes it: what is written is copied out of the heap, and a client
 * that does not read must not have all of it copied. Confined to the event loop.
 */
final class WholeAnswer {
    private static final int PART_BYTES = 65_536;

    private final int status;
    private final List<Header> headers;
    private final byte[] body;
    private int sent;
    private boolean begun;

    /** @param body not copied */
    WholeAnswer(int status, List<Header> headers, byte[] body) {
        this.status = status;
        this.headers = headers;
        this.body = body;
    }

    /** Whether it can be sent as it is. */
    boolean sendable() {
        return status >= 200 && status <= 599 && headers.stream().allMatch(Header::sendable);
    }

    /**
     * Begins to send it, if there is no other answer.
     *
     * @param traced whether the answer carries the trace id
     */
    void send(ClientExchange exchange, HeaderRules rules, boolean traced) {
        if (exchange.isAnswered()) {
            return;
        }
        begun = true;
        AnswerHead head = exchange.answerHead(status);
        boolean typed = false;
        for (Header header : headers) {
            String name = rules.returnedName(header.name());
            if (name != null && !exchange.exchange().announces(name)) {
                head.field(name, bytes(header.value()));
                typed |= name.equalsIgnoreCase("content-type");
            }
        }
        if (!typed) {
            head.field("Content-Type", "application/json");
        }
        if (traced) {
            head.traceId(exchange.exchange().traceId());
        }
        exchange.beginAnswer(body.length, true);
        if (body.length == 0) {
            exchange.endAnswer();
        } else {
            resume(exchange);
        }
    }

    /** There is room for more of it. */
    void resume(ClientExchange exchange) {
        while (begun && sent < body.length && (sent == 0 || exchange.answerHasRoom())) {
            int length = Math.min(PART_BYTES, body.length - sent);
            exchange.answerContent(Unpooled.wrappedBuffer(body, sent, length));
            sent += length;
            if (sent == body.length) {
                exchange.endAnswer();
            } else {
                exchange.flushAnswer();
            }
        }
    }

    /** UTF-8, a character a byte. */
    private static String bytes(String text) {
        return HeadWriter.isAscii(text)
                ? text
                : new String(text.getBytes(StandardCharsets.UTF_8), StandardCharsets.ISO_8859_1);
    }
}
