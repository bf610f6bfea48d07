/*
 * SPDX-FileCopyrightText: The Sluice authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.sluice.wire;

import java.math.BigDecimal;
import java.time.DateTimeException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import tools.jackson.core.JacksonException;
import tools.jackson.core.JsonParser;
import tools.jackson.core.JsonToken;
import tools.jackson.core.ObjectReadContext;
import tools.jackson.core.StreamReadConstraints;
import tools.jackson.core.StreamReadFeature;
import tools.jackson.core.TokenStreamFactory;
import tools.jackson.core.json.JsonFactory;
import tools.jackson.dataformat.cbor.CBORFactory;

/**
 * Reads structures from JSON or CBOR, guided by their shapes; members the shape lacks are skipped, nulls are absence.
 *
 * <p>Hostile input ends in a SerializationException: duplicate keys, nesting over 64 levels, a value of the wrong type. The
 * size of a body is bounded by the server before it comes here.
 */
final class TokenDecoder {
    private static final int MAX_DEPTH = 64;

    private static final StreamReadConstraints CONSTRAINTS = StreamReadConstraints.builder()
            .maxNestingDepth(MAX_DEPTH)
            .maxStringLength(Integer.MAX_VALUE)
            .maxNumberLength(100)
            .maxNameLength(10_000)
            .build();
    private static final TokenStreamFactory JSON = JsonFactory.builder()
            .streamReadConstraints(CONSTRAINTS)
            .enable(StreamReadFeature.STRICT_DUPLICATE_DETECTION)
            .build();
    private static final TokenStreamFactory CBOR = CBORFactory.builder()
            .streamReadConstraints(CONSTRAINTS)
            .enable(StreamReadFeature.STRICT_DUPLICATE_DETECTION)
            .build();

    private final ServiceModel model;
    private final TokenStreamFactory factory;
    private final String format;

    private TokenDecoder(ServiceModel model, TokenStreamFactory factory, String format) {
        this.model = model;
        this.factory = factory;
        this.format = format;
    }

    static TokenDecoder json(ServiceModel model) {
        return new TokenDecoder(model, JSON, "JSON");
    }

    static TokenDecoder cbor(ServiceModel model) {
        return new TokenDecoder(model, CBOR, "CBOR");
    }

    /** Reads the body's members into their places; an empty body has none. */
    void members(Shape.Aggregate shape, byte[] body, @Nullable Object[] into) {
        if (body.length == 0) {
            return;
        }
        try (JsonParser parser = factory.createParser(ObjectReadContext.empty(), body)) {
            JsonToken token = parser.nextToken();
            if (token == null) {
                return;
            }
            if (token != JsonToken.START_OBJECT) {
                throw CommonErrors.SERIALIZATION.with("The request body must be a " + format + " object.");
            }
            fields(parser, shape, into);
            if (parser.nextToken() != null) {
                throw CommonErrors.SERIALIZATION.with("The request body has content after its " + format + " object.");
            }
        } catch (JacksonException e) {
            throw CommonErrors.SERIALIZATION.with(
                    "The request body is not valid " + format + ", at offset " + offset(e) + ".");
        }
    }

    private static String offset(JacksonException e) {
        long bytes = e.getLocation() == null ? -1 : e.getLocation().getByteOffset();
        return bytes < 0 ? "unknown" : Long.toString(bytes);
    }

    private void fields(JsonParser parser, Shape.Aggregate shape, @Nullable Object[] into) {
        while (parser.nextToken() == JsonToken.PROPERTY_NAME) {
            int index = place(shape, parser.currentName());
            JsonToken token = parser.nextToken();
            if (index < 0) {
                parser.skipChildren();
            } else if (token != JsonToken.VALUE_NULL) {
                into[index] = value(
                        parser, token, model.shape(shape.members().get(index).type()));
            }
        }
    }

    private static int place(Shape.Aggregate shape, String wireName) {
        List<Shape.Member> members = shape.members();
        for (int i = 0; i < members.size(); i++) {
            Shape.Member member = members.get(i);
            boolean inBody = member.location() == Shape.Location.BODY;
            if (inBody && member.wireName().equals(wireName)) {
                return i;
            }
        }
        return -1;
    }

    private Object value(JsonParser parser, JsonToken token, Shape shape) {
        return switch (shape) {
            case Shape.Scalar scalar -> scalar(parser, token, scalar.kind());
            case Shape.Sequence sequence -> list(parser, token, sequence);
            case Shape.Dictionary dictionary -> map(parser, token, dictionary);
            case Shape.Aggregate aggregate -> structure(parser, token, aggregate);
        };
    }

    private Structure structure(JsonParser parser, JsonToken token, Shape.Aggregate shape) {
        if (token != JsonToken.START_OBJECT) {
            throw unexpected(parser, token, "a structure");
        }
        @Nullable Object[] members = new @Nullable Object[shape.members().size()];
        fields(parser, shape, members);
        return model.factory().create(shape.number(), members);
    }

    private List<Object> list(JsonParser parser, JsonToken token, Shape.Sequence shape) {
        if (token != JsonToken.START_ARRAY) {
            throw unexpected(parser, token, "a list");
        }
        Shape element = model.shape(shape.element());
        List<Object> values = new ArrayList<>();
        for (JsonToken next = parser.nextToken(); next != JsonToken.END_ARRAY; next = parser.nextToken()) {
            if (next == JsonToken.VALUE_NULL) {
                throw CommonErrors.SERIALIZATION.with("A null element found in a list.");
            }
            values.add(value(parser, next, element));
        }
        return values;
    }

    private Map<String, Object> map(JsonParser parser, JsonToken token, Shape.Dictionary shape) {
        if (token != JsonToken.START_OBJECT) {
            throw unexpected(parser, token, "a map");
        }
        Shape element = model.shape(shape.value());
        Map<String, Object> values = new LinkedHashMap<>();
        while (parser.nextToken() == JsonToken.PROPERTY_NAME) {
            String key = parser.currentName();
            JsonToken next = parser.nextToken();
            if (next != JsonToken.VALUE_NULL) {
                values.put(key, value(parser, next, element));
            }
        }
        return values;
    }

    private static Object scalar(JsonParser parser, JsonToken token, Shape.Kind kind) {
        try {
            return switch (kind) {
                case STRING ->
                    expect(parser, token, JsonToken.VALUE_STRING, kind).getString();
                case BOOLEAN -> bool(parser, token);
                case BLOB -> blob(parser, token);
                case TIMESTAMP -> timestamp(parser, token);
                case INTEGER -> number(parser, token, kind).intValueExact();
                case LONG -> number(parser, token, kind).longValueExact();
                case FLOAT -> (float) real(parser, token, kind);
                case DOUBLE -> real(parser, token, kind);
            };
        } catch (ArithmeticException | DateTimeException e) {
            throw CommonErrors.SERIALIZATION.with("Value '" + ScalarText.shortened(parser.getString())
                    + "' can not be converted to a " + ScalarText.javaName(kind));
        }
    }

    private static JsonParser expect(JsonParser parser, JsonToken token, JsonToken expected, Shape.Kind kind) {
        if (token != expected) {
            throw unexpected(parser, token, ScalarText.javaName(kind));
        }
        return parser;
    }

    private static boolean bool(JsonParser parser, JsonToken token) {
        if (!token.isBoolean()) {
            throw unexpected(parser, token, "Boolean");
        }
        return token == JsonToken.VALUE_TRUE;
    }

    private static byte[] blob(JsonParser parser, JsonToken token) {
        if (token != JsonToken.VALUE_STRING && token != JsonToken.VALUE_EMBEDDED_OBJECT) {
            throw unexpected(parser, token, "Blob");
        }
        return parser.getBinaryValue();
    }

    private static Instant timestamp(JsonParser parser, JsonToken token) {
        if (token == JsonToken.VALUE_STRING) {
            return (Instant) ScalarText.parse(Shape.Kind.TIMESTAMP, parser.getString());
        }
        return ScalarText.epochSeconds(number(parser, token, Shape.Kind.TIMESTAMP));
    }

    private static BigDecimal number(JsonParser parser, JsonToken token, Shape.Kind kind) {
        if (!token.isNumeric()) {
            throw unexpected(parser, token, ScalarText.javaName(kind));
        }
        BigDecimal number = parser.getDecimalValue();
        if (Math.abs((long) number.scale()) > 1_000) { // exact conversion would write out all those zeroes
            throw new ArithmeticException("exponent");
        }
        return number;
    }

    private static double real(JsonParser parser, JsonToken token, Shape.Kind kind) {
        if (token.isNumeric()) {
            return parser.getDoubleValue();
        }
        if (token == JsonToken.VALUE_STRING) {
            switch (parser.getString()) {
                case "NaN":
                    return Double.NaN;
                case "Infinity":
                    return Double.POSITIVE_INFINITY;
                case "-Infinity":
                    return Double.NEGATIVE_INFINITY;
                default:
                    break;
            }
        }
        throw unexpected(parser, token, ScalarText.javaName(kind));
    }

    /** AWS's words, the article included. */
    private static ServiceException unexpected(JsonParser parser, JsonToken token, String expected) {
        String found = switch (token) {
            case START_OBJECT -> "Start of structure or map found where not expected.";
            case START_ARRAY -> "Start of list found where not expected";
            case VALUE_TRUE, VALUE_FALSE -> "class java.lang.Boolean";
            case VALUE_NUMBER_FLOAT -> "class java.lang.Double";
            case VALUE_NUMBER_INT ->
                parser.getNumberType() == JsonParser.NumberType.INT
                        ? "class java.lang.Integer"
                        : "class java.lang.Long";
            default -> "class java.lang.String";
        };
        boolean start = token == JsonToken.START_OBJECT || token == JsonToken.START_ARRAY;
        return CommonErrors.SERIALIZATION.with(start ? found : found + " can not be converted to an " + expected);
    }
}
