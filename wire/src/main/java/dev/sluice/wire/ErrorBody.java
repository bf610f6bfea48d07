/*
 * SPDX-FileCopyrightText: The Sluice authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.sluice.wire;

import java.io.ByteArrayOutputStream;
import java.util.List;
import org.jspecify.annotations.Nullable;
import tools.jackson.core.JsonGenerator;

/** The bodies and headers of errors that the JSON protocols and CBOR share. */
final class ErrorBody {
    private ErrorBody() {}

    /** The body: {@code __type} where the protocol has it, the message, and what the error adds. */
    static byte[] of(ErrorAnswer error, boolean cbor, boolean withType) {
        ErrorShape shape = error.shape();
        ByteArrayOutputStream out = new ByteArrayOutputStream(256);
        try (JsonGenerator generator = TokenEncoder.generator(out, cbor)) {
            generator.writeStartObject();
            if (withType) {
                generator.writeName("__type");
                generator.writeString(shape.name());
            }
            if (shape.typed()) {
                generator.writeName("Type");
                generator.writeString(shape.senderFault() ? "User" : "Service");
            }
            generator.writeName(shape.messageName());
            generator.writeString(error.message());
            error.details().forEach((name, value) -> {
                generator.writeName(name);
                detail(generator, value);
            });
            generator.writeEndObject();
        }
        return out.toByteArray();
    }

    private static void detail(JsonGenerator generator, @Nullable Object value) {
        switch (value) {
            case null -> generator.writeNull();
            case Boolean flag -> generator.writeBoolean(flag);
            case Integer number -> generator.writeNumber(number);
            case Long number -> generator.writeNumber(number);
            case Double number -> generator.writeNumber(number);
            default -> generator.writeString(value.toString());
        }
    }

    /** The query protocol's code, which clients of a service that once spoke it read. */
    static List<Header> queryCode(ErrorAnswer error) {
        if (error.traits() == null || !error.traits().queryCompatible()) {
            return List.of();
        }
        String fault = error.shape().senderFault() ? "Sender" : "Receiver";
        return List.of(new Header("x-amzn-query-error", error.shape().code() + ";" + fault));
    }
}
