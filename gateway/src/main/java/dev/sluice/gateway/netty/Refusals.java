/*
 * SPDX-FileCopyrightText: The Sluice authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.sluice.gateway.netty;

import dev.sluice.gateway.GatewaySettings.ThrottleBody;
import dev.sluice.gateway.filter.GatewayError;
import dev.sluice.gateway.filter.Refusal;
import io.netty.buffer.ByteBuf;
import io.netty.handler.codec.http.HttpResponseStatus;
import java.nio.charset.StandardCharsets;
import java.util.EnumMap;
import java.util.HashMap;
import java.util.Map;

/** The gateway's own answers, encoded ahead but for what differs from request to request. Confined to the event loop. */
final class Refusals {
    private static final String PROBLEM_TYPE = "https://iana.org/assignments/http-problem-types#quota-exceeded";
    private static final String PROBLEM_TITLE = "Request cannot be satisfied as assigned quota has been exceeded";
    private static final int UUID_LENGTH = 36;

    private final ThrottleBody throttleBody;
    private final Map<GatewayError, Encoded> encoded = new EnumMap<>(GatewayError.class);
    /** By policy; there are as many as there are kinds of limits. */
    private final Map<Refused, Encoded> problems = new HashMap<>();

    Refusals(long maxBodyBytes, ThrottleBody throttleBody) {
        this.throttleBody = throttleBody;
        for (GatewayError error : GatewayError.values()) {
            encoded.put(error, encode(error, error.contentType(), error.body(maxBodyBytes), ""));
        }
    }

    private record Refused(GatewayError error, String policy) {}

    Encoded of(Refusal refusal) {
        GatewayError error = refusal.error();
        String policy = refusal.policy();
        if (throttleBody == ThrottleBody.PROBLEM && error.status() == 429 && policy != null) {
            return problems.computeIfAbsent(new Refused(error, policy), Refusals::problem);
        }
        Encoded answer = encoded.get(error);
        if (answer == null) {
            throw new IllegalStateException("not encoded: " + error);
        }
        return answer;
    }

    /** RFC 9457; the request's id, which is always of one length, comes last. */
    private static Encoded problem(Refused refused) {
        String start = "{\"type\":\"" + PROBLEM_TYPE + "\",\"title\":\"" + PROBLEM_TITLE + "\",\"status\":"
                + refused.error.status() + ",\"violated-policies\":[\"" + refused.policy
                + "\"],\"instance\":\"urn:uuid:";
        return encode(refused.error, "application/problem+json", start, "\"}");
    }

    /** @param afterId empty where the id is not in the body */
    private static Encoded encode(GatewayError error, String contentType, String body, String afterId) {
        byte[] start = body.getBytes(StandardCharsets.US_ASCII);
        byte[] end = afterId.getBytes(StandardCharsets.US_ASCII);
        int length = start.length + (end.length == 0 ? 0 : UUID_LENGTH + end.length);
        String type = error.errorType() == null ? "" : "x-amzn-ErrorType: " + error.errorType() + "\r\n";
        String lines = "HTTP/1.1 " + error.status() + " "
                + HttpResponseStatus.valueOf(error.status()).reasonPhrase() + "\r\nContent-Type: " + contentType
                + "\r\nContent-Length: " + length + "\r\n" + type;
        return new Encoded(lines.getBytes(StandardCharsets.US_ASCII), contentType, start, end);
    }

    /**
     * @param lines of HTTP/1.1: the status line and fields that are always the same
     * @param body up to the request's id, or all of it
     * @param afterId empty where the id is not in the body
     */
    @SuppressWarnings("ArrayRecordComponent") // never compared
    record Encoded(byte[] lines, String contentType, byte[] body, byte[] afterId) {
        int bodyLength() {
            return body.length + (afterId.length == 0 ? 0 : UUID_LENGTH + afterId.length);
        }

        ByteBuf writeBody(ByteBuf out, String requestId) {
            out.writeBytes(body);
            if (afterId.length > 0) {
                out.writeCharSequence(requestId, StandardCharsets.US_ASCII);
                out.writeBytes(afterId);
            }
            return out;
        }
    }
}
