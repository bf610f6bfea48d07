/*
 * SPDX-FileCopyrightText: The Sluice authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.sluice.wire;

import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** AWS query: the operation and its input are parameters of a form or of the query string; answers are XML. */
final class QueryProtocol implements Protocol {
    private static final List<Header> HEADERS = List.of(new Header("Content-Type", "text/xml"));

    @Override
    public UriTrie.Match resolve(ServiceModel model, WireRequest request) {
        Parameters parameters = parameters(request);
        String action = parameters.first("Action").orElse("");
        String version = parameters.first("Version").orElse(model.traits().apiVersion());
        boolean ours = version.equals(model.traits().apiVersion());
        return (ours ? model.operation(action) : Optional.<OperationModel>empty())
                .map(operation -> new UriTrie.Match(operation, Map.of()))
                .orElseThrow(() -> CommonErrors.INVALID_ACTION.with("Could not find operation "
                        + ScalarText.shortened(action) + " for version " + ScalarText.shortened(version)));
    }

    /** Whether a request has an Action parameter, which makes it one of this protocol. */
    static boolean speaks(WireRequest request) {
        return parameters(request).first("Action").isPresent();
    }

    private static Parameters parameters(WireRequest request) {
        return request.method().equals("POST")
                ? Parameters.ofForm(new String(request.body(), StandardCharsets.UTF_8))
                : Parameters.ofQuery(request.rawQuery());
    }

    @Override
    public @Nullable Object[] decode(
            ServiceModel model, Shape.Aggregate shape, UriTrie.Match match, WireRequest request) {
        return new FormDecoder(model).members(shape, parameters(request));
    }

    @Override
    public WireResponse encode(ServiceModel model, OperationModel operation, Structure output, String requestId) {
        String response = operation.name() + "Response";
        String result = operation.name() + "Result";
        XmlEncoder xml = new XmlEncoder().open(response, model.traits().xmlNamespace());
        if (operation.output() != OperationModel.NONE) {
            xml.open(result)
                    .members(model, model.aggregate(operation.output()), output)
                    .close(result);
        }
        xml.open("ResponseMetadata")
                .element("RequestId", requestId)
                .close("ResponseMetadata")
                .close(response);
        return answer(200, xml);
    }

    @Override
    public WireResponse error(ErrorAnswer error) {
        ErrorShape shape = error.shape();
        ServiceTraits traits = error.traits();
        XmlEncoder xml = new XmlEncoder()
                .open("ErrorResponse", traits == null ? "" : traits.xmlNamespace())
                .open("Error")
                .element("Type", shape.senderFault() ? "Sender" : "Receiver")
                .element("Code", shape.code())
                .element("Message", error.message())
                .close("Error")
                .element("RequestId", error.requestId())
                .close("ErrorResponse");
        return answer(shape.httpStatus(), xml);
    }

    private static WireResponse answer(int status, XmlEncoder xml) {
        return new WireResponse(status, HEADERS, xml.toString().getBytes(StandardCharsets.UTF_8));
    }
}
