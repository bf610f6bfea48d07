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

/** An answer that is there as a whole. Confined to the event loop. */
@SuppressWarnings("ArrayRecordComponent") // never compared
record WholeAnswer(int status, List<Header> headers, byte[] body) {
    /** Whether it can be sent as it is. */
    boolean sendable() {
        return status >= 200 && status <= 599 && headers.stream().allMatch(Header::sendable);
    }

    /** @param traced whether the answer carries the trace id */
    void send(ClientExchange exchange, HeaderRules rules, boolean traced) {
        if (exchange.isAnswered()) {
            return;
        }
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
        if (body.length > 0) {
            exchange.answerContent(Unpooled.wrappedBuffer(body));
        }
        exchange.endAnswer();
    }

    /** UTF-8, a character a byte. */
    private static String bytes(String text) {
        return HeadWriter.isAscii(text)
                ? text
                : new String(text.getBytes(StandardCharsets.UTF_8), StandardCharsets.ISO_8859_1);
    }
}
