/*
 * SPDX-FileCopyrightText: The Sluice authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.sluice.wire;

import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/** REST with JSON: method and URI tell the operation; members travel in path, query string, headers and a JSON body. */
final class RestJsonProtocol implements Protocol {
    private static final Header JSON = new Header("Content-Type", "application/json");

    @Override
    public UriTrie.Match resolve(ServiceModel model, WireRequest request) {
        return model.routes()
                .find(request.method(), request.rawPath(), Parameters.ofQuery(request.rawQuery()))
                .orElseThrow(() -> CommonErrors.UNKNOWN_OPERATION.with("No operation of " + model.name() + " at "
                        + request.method() + " " + ScalarText.shortened(request.rawPath())));
    }

    @Override
    public @Nullable Object[] decode(
            ServiceModel model, Shape.Aggregate shape, UriTrie.Match match, WireRequest request) {
        List<Shape.Member> members = shape.members();
        @Nullable Object[] values = new @Nullable Object[members.size()];
        Parameters query = Parameters.ofQuery(request.rawQuery());
        boolean inBody = false;
        for (int i = 0; i < values.length; i++) {
            Shape.Member member = members.get(i);
            Shape type = model.shape(member.type());
            switch (member.location()) {
                case URI -> values[i] = scalar(type, match.labels().get(member.wireName()));
                case QUERYSTRING -> values[i] = query(model, shape, match, member, query);
                case HEADER ->
                    values[i] = scalar(type, request.header(member.wireName()).orElse(null));
                case PAYLOAD -> values[i] = payload(model, type, request.body());
                case BODY -> inBody = true;
                case HEADERS, STATUS_CODE ->
                    throw new IllegalStateException("no input of a model has a member there: " + member.name());
            }
        }
        if (inBody) {
            TokenDecoder.json(model).members(shape, request.body(), values);
        }
        return values;
    }

    private static @Nullable Object scalar(Shape type, @Nullable String text) {
        return text == null ? null : ScalarText.parse(((Shape.Scalar) type).kind(), text);
    }

    private static @Nullable Object query(
            ServiceModel model, Shape.Aggregate shape, UriTrie.Match match, Shape.Member member, Parameters query) {
        return switch (model.shape(member.type())) {
            case Shape.Sequence list -> {
                List<String> values = query.values(member.wireName());
                yield values.isEmpty()
                        ? null
                        : values.stream()
                                .map(value -> scalar(model.shape(list.element()), value))
                                .toList();
            }
            case Shape.Dictionary unused -> others(shape, match, query);
            case Shape type -> scalar(type, query.first(member.wireName()).orElse(null));
        };
    }

    /** What the query string has besides the members with a name of their own and the constants of the URI. */
    private static @Nullable Map<String, String> others(Shape.Aggregate shape, UriTrie.Match match, Parameters query) {
        Set<String> named = shape.members().stream()
                .filter(member -> member.location() == Shape.Location.QUERYSTRING)
                .map(Shape.Member::wireName)
                .collect(Collectors.toSet());
        int question = match.operation().uri().indexOf('?');
        String constants = question < 0 ? "" : match.operation().uri().substring(question + 1);
        Parameters.ofQuery(constants).all().forEach(constant -> named.add(constant.name()));
        Map<String, String> others = new LinkedHashMap<>();
        for (Parameters.Parameter parameter : query.all()) {
            if (!named.contains(parameter.name()) && !parameter.name().startsWith("X-Amz-")) {
                others.putIfAbsent(parameter.name(), parameter.value());
            }
        }
        return others.isEmpty() ? null : others;
    }

    private static @Nullable Object payload(ServiceModel model, Shape type, byte[] body) {
        if (body.length == 0) {
            return null;
        }
        return switch (type) {
            case Shape.Scalar scalar ->
                scalar.kind() == Shape.Kind.BLOB ? body : new String(body, StandardCharsets.UTF_8);
            case Shape.Aggregate aggregate -> {
                @Nullable
                Object[] members = new @Nullable Object[aggregate.members().size()];
                TokenDecoder.json(model).members(aggregate, body, members);
                yield model.factory().create(aggregate.number(), members);
            }
            case Shape.Sequence unused -> throw noPayload();
            case Shape.Dictionary unused -> throw noPayload();
        };
    }

    @Override
    public WireResponse encode(ServiceModel model, OperationModel operation, Structure output, String requestId) {
        if (operation.output() == OperationModel.NONE) {
            return new WireResponse(operation.status(), List.of(), new byte[0]);
        }
        Shape.Aggregate shape = model.aggregate(operation.output());
        int status = operation.status();
        List<Header> headers = new ArrayList<>();
        byte @Nullable [] payload = null;
        boolean inBody = false;
        for (int i = 0; i < shape.members().size(); i++) {
            Shape.Member member = shape.members().get(i);
            Object value = output.member(i);
            inBody |= member.location() == Shape.Location.BODY;
            if (value != null) {
                switch (member.location()) {
                    case STATUS_CODE -> status = (Integer) value;
                    case HEADER -> headers.add(new Header(member.wireName(), ScalarText.format(value)));
                    case PAYLOAD -> payload = payload(model, model.shape(member.type()), value);
                    case BODY -> {}
                    case URI, QUERYSTRING, HEADERS ->
                        throw new IllegalStateException("no output of a model has a member there: " + member.name());
                }
            }
        }
        byte[] body = payload != null
                ? payload
                : inBody
                        ? TokenEncoder.json(model)
                                .body(shape, output, member -> member.location() == Shape.Location.BODY)
                        : new byte[0];
        boolean typed = headers.stream().anyMatch(header -> header.name().equalsIgnoreCase("Content-Type"));
        if (body.length > 0 && !typed) {
            headers.add(JSON);
        }
        return new WireResponse(status, headers, body);
    }

    private static IllegalStateException noPayload() {
        return new IllegalStateException("no model has a payload that is a list or map");
    }

    private static byte[] payload(ServiceModel model, Shape type, Object value) {
        return switch (value) {
            case byte[] bytes -> bytes;
            case String text -> text.getBytes(StandardCharsets.UTF_8);
            case Structure structure ->
                TokenEncoder.json(model).body((Shape.Aggregate) type, structure, unused -> true);
            default -> throw new IllegalStateException("no payload: " + value.getClass());
        };
    }

    @Override
    public WireResponse error(ErrorAnswer error) {
        Header type = new Header("x-amzn-ErrorType", error.shape().name());
        return new WireResponse(error.shape().httpStatus(), List.of(JSON, type), ErrorBody.of(error, false, false));
    }
}
