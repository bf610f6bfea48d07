/*
 * SPDX-FileCopyrightText: The Sluice authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.sluice.wire;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Smithy RPC v2 CBOR: {@code POST /service/SERVICE/operation/OPERATION}, all in a CBOR body. */
final class CborProtocol implements Protocol {
    static final String HEADER = "smithy-protocol";
    static final String NAME = "rpc-v2-cbor";

    @Override
    public UriTrie.Match resolve(ServiceModel model, WireRequest request) {
        String[] segments = request.rawPath().split("/", -1);
        int last = segments.length - 1;
        boolean ours = request.method().equals("POST")
                && last >= 4
                && segments[last - 3].equals("service")
                && segments[last - 2].equals(model.traits().targetPrefix())
                && segments[last - 1].equals("operation");
        return (ours ? model.operation(segments[last]) : java.util.Optional.<OperationModel>empty())
                .map(operation -> new UriTrie.Match(operation, Map.of()))
                .orElseThrow(() -> CommonErrors.UNKNOWN_OPERATION.with(
                        "Unknown operation at " + ScalarText.shortened(request.rawPath())));
    }

    @Override
    public @Nullable Object[] decode(
            ServiceModel model, Shape.Aggregate shape, UriTrie.Match match, WireRequest request) {
        @Nullable Object[] members = new @Nullable Object[shape.members().size()];
        TokenDecoder.cbor(model).members(shape, request.body(), members);
        return members;
    }

    @Override
    public WireResponse encode(ServiceModel model, OperationModel operation, Structure output, String requestId) {
        if (operation.output() == OperationModel.NONE) {
            return new WireResponse(200, List.of(new Header(HEADER, NAME)), new byte[0]);
        }
        byte[] body = TokenEncoder.cbor(model).body(model.aggregate(operation.output()), output, unused -> true);
        return new WireResponse(200, headers(), body);
    }

    @Override
    public WireResponse error(ErrorAnswer error) {
        List<Header> headers = new ArrayList<>(headers());
        headers.addAll(ErrorBody.queryCode(error));
        return new WireResponse(error.shape().httpStatus(), headers, ErrorBody.of(error, true, true));
    }

    private static List<Header> headers() {
        return List.of(new Header(HEADER, NAME), new Header("Content-Type", "application/cbor"));
    }
}
