/*
 * SPDX-FileCopyrightText: The Sluice authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.sluice.wire;

import java.io.ByteArrayOutputStream;
import java.math.BigDecimal;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.function.Predicate;
import tools.jackson.core.JsonGenerator;
import tools.jackson.core.ObjectWriteContext;
import tools.jackson.core.json.JsonFactory;
import tools.jackson.dataformat.cbor.CBORFactory;
import tools.jackson.dataformat.cbor.CBORGenerator;

/** Writes structures as JSON or CBOR, guided by their shapes; absent members are left out. */
final class TokenEncoder {
    private static final JsonFactory JSON = new JsonFactory();
    private static final CBORFactory CBOR = new CBORFactory();
    /** CBOR's tag of epoch-based time, RFC 8949 3.4.2. */
    private static final int EPOCH_TIME = 1;

    private final ServiceModel model;
    private final boolean cbor;

    private TokenEncoder(ServiceModel model, boolean cbor) {
        this.model = model;
        this.cbor = cbor;
    }

    static TokenEncoder json(ServiceModel model) {
        return new TokenEncoder(model, false);
    }

    static TokenEncoder cbor(ServiceModel model) {
        return new TokenEncoder(model, true);
    }

    /** A generator for a body of this format that is not a structure of the model, such as an error. */
    static JsonGenerator generator(ByteArrayOutputStream out, boolean cbor) {
        return cbor
                ? CBOR.createGenerator(ObjectWriteContext.empty(), out)
                : JSON.createGenerator(ObjectWriteContext.empty(), out);
    }

    /** The whole body, of those members of the outermost structure that {@code included} names. */
    byte[] body(Shape.Aggregate shape, Structure structure, Predicate<Shape.Member> included) {
        ByteArrayOutputStream out = new ByteArrayOutputStream(512);
        try (JsonGenerator generator = generator(out, cbor)) {
            structure(generator, shape, structure, included);
        }
        return out.toByteArray();
    }

    private void structure(
            JsonGenerator generator, Shape.Aggregate shape, Structure structure, Predicate<Shape.Member> included) {
        generator.writeStartObject();
        List<Shape.Member> members = shape.members();
        for (int i = 0; i < members.size(); i++) {
            Shape.Member member = members.get(i);
            Object value = included.test(member) ? structure.member(i) : null;
            if (value != null) {
                generator.writeName(member.wireName());
                value(generator, model.shape(member.type()), value);
            }
        }
        generator.writeEndObject();
    }

    private void value(JsonGenerator generator, Shape shape, Object value) {
        switch (shape) {
            case Shape.Scalar unused -> scalar(generator, value);
            case Shape.Aggregate aggregate -> structure(generator, aggregate, (Structure) value, unused -> true);
            case Shape.Sequence sequence -> {
                generator.writeStartArray();
                Shape element = model.shape(sequence.element());
                ((List<?>) value).forEach(each -> value(generator, element, each));
                generator.writeEndArray();
            }
            case Shape.Dictionary dictionary -> {
                generator.writeStartObject();
                Shape element = model.shape(dictionary.value());
                ((Map<?, ?>) value).forEach((key, each) -> {
                    generator.writeName(key.toString());
                    value(generator, element, each);
                });
                generator.writeEndObject();
            }
        }
    }

    private static void scalar(JsonGenerator generator, Object value) {
        switch (value) {
            case String text -> generator.writeString(text);
            case Integer number -> generator.writeNumber(number);
            case Long number -> generator.writeNumber(number);
            case Float number -> generator.writeNumber(number);
            case Double number -> generator.writeNumber(number);
            case Boolean flag -> generator.writeBoolean(flag);
            case Instant instant -> timestamp(generator, instant);
            case byte[] bytes -> generator.writeBinary(bytes);
            default -> throw new IllegalStateException("no scalar: " + value.getClass());
        }
    }

    /** Epoch seconds, with milliseconds where there are any. */
    private static void timestamp(JsonGenerator generator, Instant instant) {
        if (generator instanceof CBORGenerator tagging) {
            tagging.writeTag(EPOCH_TIME);
        }
        long millis = instant.toEpochMilli();
        if (millis % 1000 == 0) {
            generator.writeNumber(millis / 1000);
        } else if (generator instanceof CBORGenerator) {
            generator.writeNumber(millis / 1000.0);
        } else {
            generator.writeNumber(BigDecimal.valueOf(millis, 3));
        }
    }
}
