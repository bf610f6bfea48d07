/*
 * SPDX-FileCopyrightText: The Sluice authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.sluice.gateway.netty;

import dev.sluice.gateway.filter.GatewayError;
import io.netty.handler.codec.http.HttpResponseStatus;
import java.nio.charset.StandardCharsets;
import java.util.EnumMap;
import java.util.Map;

/** The gateway's own answers, encoded ahead but for what differs from request to request. Immutable. */
final class Refusals {
    private final Map<GatewayError, Encoded> encoded = new EnumMap<>(GatewayError.class);

    Refusals(long maxBodyBytes) {
        for (GatewayError error : GatewayError.values()) {
            encoded.put(error, encode(error, maxBodyBytes));
        }
    }

    Encoded of(GatewayError error) {
        Encoded answer = encoded.get(error);
        if (answer == null) {
            throw new IllegalStateException("not encoded: " + error);
        }
        return answer;
    }

    private static Encoded encode(GatewayError error, long maxBodyBytes) {
        byte[] body = error.body(maxBodyBytes).getBytes(StandardCharsets.US_ASCII);
        String type = error.errorType() == null ? "" : "x-amzn-ErrorType: " + error.errorType() + "\r\n";
        String lines = "HTTP/1.1 " + error.status() + " "
                + HttpResponseStatus.valueOf(error.status()).reasonPhrase() + "\r\nContent-Type: " + error.contentType()
                + "\r\nContent-Length: " + body.length + "\r\n" + type;
        return new Encoded(lines.getBytes(StandardCharsets.US_ASCII), body);
    }

    /** @param lines the status line and fields that are always the same */
    @SuppressWarnings("ArrayRecordComponent") // never compared
    record Encoded(byte[] lines, byte[] body) {}
}
