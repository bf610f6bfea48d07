/*
 * SPDX-FileCopyrightText: The Sluice authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.sluice.wire;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.zip.GZIPInputStream;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Answers AWS requests: authenticates, finds the operation, decodes, checks, calls its handler, encodes.
 *
 * <p>The service is told by the signature's credential scope; what the request looks like tells the protocol. Thread-safe;
 * blocks as its handlers do. Never throws: each failure is an answer.
 */
public final class Dispatcher {
    private static final Logger LOG = LoggerFactory.getLogger(Dispatcher.class);
    /** Far above what a client compresses (CloudWatch's metric data, 1 MB), far below what hurts. */
    private static final int MAX_INFLATED_BYTES = 16 << 20;

    private final Map<String, ServiceModel> models = new HashMap<>();
    private final Handlers handlers;
    private final Authenticator authenticator;
    private final ProtocolChoice protocols = new ProtocolChoice();

    public Dispatcher(List<ServiceModel> models, Handlers handlers, Authenticator authenticator) {
        models.forEach(model -> this.models.put(model.signingName(), model));
        this.handlers = handlers;
        this.authenticator = authenticator;
    }

    /** The answer, errors included. */
    public WireResponse dispatch(WireRequest request) {
        String requestId = UUID.randomUUID().toString();
        Failing failing = new Failing(protocols.guess(request), null);
        WireResponse response;
        try {
            response = switch (authenticator.authenticate(request)) {
                case Authentication.Refused refused -> {
                    failing.model = refused.service() == null ? null : models.get(refused.service());
                    failing.protocol = protocols.choose(failing.model, request);
                    throw refused.reason();
                }
                case Authentication.Verified verified -> call(verified, request, requestId, failing);
            };
        } catch (ServiceException e) {
            response = failing.answer(e.shape(), e.message(), e.details(), requestId);
        } catch (Throwable e) { // the outermost place of the control plane: whatever it is, the caller gets an answer
            LOG.error("request {} failed: {} {}", requestId, request.method(), request.rawPath(), e);
            ErrorShape shape = CommonErrors.INTERNAL_FAILURE;
            response =
                    failing.answer(shape, "An internal error occurred. Request id: " + requestId, Map.of(), requestId);
        }
        List<Header> headers = new ArrayList<>(response.headers());
        headers.add(new Header("x-amzn-RequestId", requestId));
        return new WireResponse(response.status(), headers, response.body());
    }

    /** What is known so far for an answer of failure. */
    private static final class Failing {
        private Protocol protocol;
        private @Nullable ServiceModel model;

        Failing(Protocol protocol, @Nullable ServiceModel model) {
            this.protocol = protocol;
            this.model = model;
        }

        WireResponse answer(ErrorShape shape, String message, Map<String, @Nullable Object> details, String requestId) {
            ServiceTraits traits = model == null ? null : model.traits();
            return protocol.error(new ErrorAnswer(shape, message, details, traits, requestId));
        }
    }

    private WireResponse call(Authentication.Verified verified, WireRequest signed, String requestId, Failing failing) {
        ServiceModel model = models.get(verified.service());
        if (model == null) {
            List<String> served = models.keySet().stream().sorted().toList();
            throw CommonErrors.UNKNOWN_SERVICE.with(
                    "Service '" + verified.service() + "' is not served here (expected: one of " + served + ")");
        }
        failing.model = model;
        WireRequest request = inflated(signed);
        Protocol protocol = protocols.choose(model, request);
        failing.protocol = protocol;
        UriTrie.Match match = protocol.resolve(model, request);
        OperationModel operation = match.operation();
        Handler<Structure, Structure> handler = handlers.find(new Operation<>(model.name(), operation.name()))
                .orElseThrow(() -> CommonErrors.NOT_IMPLEMENTED.with(
                        "The operation " + operation.name() + " of " + model.name() + " is not implemented."));
        Structure input = input(model, operation, protocol, match, request);
        ConstraintChecker.check(model, operation, input);
        Call call = new Call(verified.caller(), verified.region(), requestId, request);
        return protocol.encode(model, operation, handled(handler, call, input), requestId);
    }

    private Structure handled(Handler<Structure, Structure> handler, Call call, Structure input) {
        try {
            return handler.handle(call, input);
        } catch (RuntimeException e) {
            throw handlers.translated(e);
        }
    }

    private static Structure input(
            ServiceModel model, OperationModel operation, Protocol protocol, UriTrie.Match match, WireRequest request) {
        if (operation.input() == OperationModel.NONE) {
            return Unit.UNIT;
        }
        Shape.Aggregate shape = model.aggregate(operation.input());
        return model.factory().create(shape.number(), protocol.decode(model, shape, match, request));
    }

    private static WireRequest inflated(WireRequest request) {
        String encoding = request.header("Content-Encoding").orElse("identity");
        if (encoding.equalsIgnoreCase("identity") || request.body().length == 0) {
            return request;
        }
        if (!encoding.equalsIgnoreCase("gzip")) {
            throw CommonErrors.SERIALIZATION.with(
                    "Content-Encoding: " + ScalarText.shortened(encoding) + " (expected: gzip or none)");
        }
        try (InputStream in = new GZIPInputStream(new ByteArrayInputStream(request.body()))) {
            byte[] body = in.readNBytes(MAX_INFLATED_BYTES);
            if (in.read() >= 0) {
                throw CommonErrors.SERIALIZATION.with(
                        "The body holds over " + MAX_INFLATED_BYTES + " bytes when uncompressed.");
            }
            return new WireRequest(
                    request.method(),
                    request.rawPath(),
                    request.rawQuery(),
                    request.headers(),
                    body,
                    request.remoteAddress());
        } catch (IOException e) {
            throw CommonErrors.SERIALIZATION.with("The body is not valid gzip.");
        }
    }
}
