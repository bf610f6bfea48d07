/*
 * SPDX-FileCopyrightText: The Sluice authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.sluice.wire;

import dev.sluice.wire.apigateway.ApiGatewayOperations;
import dev.sluice.wire.cloudwatch.CloudWatchOperations;
import dev.sluice.wire.iam.IamOperations;
import dev.sluice.wire.lambda.LambdaOperations;
import dev.sluice.wire.secretsmanager.SecretsManagerOperations;
import dev.sluice.wire.sts.StsOperations;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Requests to a dispatcher of all six services, authenticated as any test wants them. */
final class Wire {
    static final Caller CALLER =
            new Caller("123456789012", "AKIATEST", "arn:aws:iam::123456789012:user/administrator", "AIDATEST");
    private static final List<ServiceModel> MODELS = List.of(
            ApiGatewayOperations.model(),
            CloudWatchOperations.model(),
            IamOperations.model(),
            LambdaOperations.model(),
            SecretsManagerOperations.model(),
            StsOperations.model());

    private final String service;
    private final Handlers handlers;

    private Wire(String service, Handlers handlers) {
        this.service = service;
        this.handlers = handlers;
    }

    static List<ServiceModel> models() {
        return MODELS;
    }

    static ServiceModel model(String name) {
        return MODELS.stream()
                .filter(model -> model.name().equals(name))
                .findFirst()
                .orElseThrow();
    }

    /** Requests signed for a service. */
    static Wire of(String signingName, Handlers handlers) {
        return new Wire(signingName, handlers);
    }

    /** Requests signed for a service of which one operation has a handler. */
    static <I extends Structure, O extends Structure> Wire of(
            String signingName, Operation<I, O> operation, Handler<I, O> handler) {
        return new Wire(signingName, Handlers.builder().on(operation, handler).build());
    }

    WireResponse send(String method, String target, String body, String... headers) {
        return send(method, target, body.getBytes(StandardCharsets.UTF_8), headers);
    }

    WireResponse send(String method, String target, byte[] body, String... headers) {
        List<Header> list = new ArrayList<>();
        for (String header : headers) {
            int colon = header.indexOf(": ");
            list.add(new Header(header.substring(0, colon), header.substring(colon + 2)));
        }
        int question = target.indexOf('?');
        String path = question < 0 ? target : target.substring(0, question);
        @Nullable String query = question < 0 ? null : target.substring(question + 1);
        Authenticator everyone = unused -> new Authentication.Verified(CALLER, service, "us-east-1");
        return new Dispatcher(MODELS, handlers, everyone)
                .dispatch(new WireRequest(method, path, query, list, body, "127.0.0.1"));
    }

    static String text(WireResponse response) {
        return new String(response.body(), StandardCharsets.UTF_8);
    }
}
