/*
 * SPDX-FileCopyrightText: The Sluice authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.sluice.wire;

import java.util.List;
import org.jspecify.annotations.Nullable;

/** Tells the protocol of a request. */
final class ProtocolChoice {
    private final RestJsonProtocol restJson = new RestJsonProtocol();
    private final JsonProtocol json = new JsonProtocol();
    private final QueryProtocol query = new QueryProtocol();
    private final CborProtocol cbor = new CborProtocol();

    /** The one of the service's protocols that the request looks like; without a service just what it looks like. */
    Protocol choose(@Nullable ServiceModel model, WireRequest request) {
        Protocol guess = guess(request);
        if (model == null) {
            return guess;
        }
        List<String> spoken = model.traits().protocols();
        return spoken.contains(name(guess)) ? guess : named(spoken.getLast());
    }

    /** What a request looks like, whatever its service; the body is looked at last, for it may be compressed. */
    Protocol guess(WireRequest request) {
        String contentType = request.header("Content-Type").orElse("");
        if (request.header(CborProtocol.HEADER)
                .filter(CborProtocol.NAME::equals)
                .isPresent()) {
            return cbor;
        }
        if (request.header("X-Amz-Target").isPresent()) {
            return json;
        }
        boolean form = contentType.startsWith("application/x-www-form-urlencoded")
                && request.rawPath().equals("/");
        boolean get = request.method().equals("GET") && QueryProtocol.speaks(request);
        return form || get ? query : restJson;
    }

    private static String name(Protocol protocol) {
        return switch (protocol) {
            case RestJsonProtocol unused -> "rest-json";
            case JsonProtocol unused -> "json";
            case QueryProtocol unused -> "query";
            case CborProtocol unused -> "smithy-rpc-v2-cbor";
        };
    }

    private Protocol named(String name) {
        return switch (name) {
            case "rest-json" -> restJson;
            case "json" -> json;
            case "query" -> query;
            case "smithy-rpc-v2-cbor" -> cbor;
            default -> throw new IllegalStateException("a model with a protocol that is not spoken: " + name);
        };
    }
}
