/*
 * SPDX-FileCopyrightText: The Sluice authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.sluice.wire;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** AWS JSON 1.0 and 1.1: POST, the operation in {@code X-Amz-Target}, all in a JSON body. */
final class JsonProtocol implements Protocol {
    @Override
    public UriTrie.Match resolve(ServiceModel model, WireRequest request) {
        String target = request.header("X-Amz-Target").orElse("");
        int dot = target.lastIndexOf('.');
        boolean ours = dot > 0 && target.substring(0, dot).equals(model.traits().targetPrefix());
        String name = target.substring(dot + 1);
        return (ours ? model.operation(name) : java.util.Optional.<OperationModel>empty())
                .map(operation -> new UriTrie.Match(operation, Map.of()))
                .orElseThrow(() -> CommonErrors.INVALID_ACTION.with(
                        "Unknown operation in X-Amz-Target: " + ScalarText.shortened(target)));
    }

    @Override
    public @Nullable Object[] decode(
            ServiceModel model, Shape.Aggregate shape, UriTrie.Match match, WireRequest request) {
        @Nullable Object[] members = new @Nullable Object[shape.members().size()];
        TokenDecoder.json(model).members(shape, request.body(), members);
        return members;
    }

    @Override
    public WireResponse encode(ServiceModel model, OperationModel operation, Structure output, String requestId) {
        byte[] body = operation.output() == OperationModel.NONE
                ? new byte[] {'{', '}'}
                : TokenEncoder.json(model).body(model.aggregate(operation.output()), output, unused -> true);
        return new WireResponse(200, List.of(contentType(model.traits())), body);
    }

    @Override
    public WireResponse error(ErrorAnswer error) {
        List<Header> headers = new ArrayList<>(ErrorBody.queryCode(error));
        headers.add(contentType(error.traits()));
        return new WireResponse(error.shape().httpStatus(), headers, ErrorBody.of(error, false, true));
    }

    private static Header contentType(@Nullable ServiceTraits traits) {
        String version = traits == null || traits.jsonVersion().isEmpty() ? "1.1" : traits.jsonVersion();
        return new Header("Content-Type", "application/x-amz-json-" + version);
    }
}
