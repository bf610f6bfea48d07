/*
 * SPDX-FileCopyrightText: The Sluice authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.sluice.control.apigateway.usage;

import dev.sluice.control.Documents;
import dev.sluice.control.Ids;
import dev.sluice.control.apigateway.ApiGatewayKinds;
import dev.sluice.control.apigateway.KeptBuckets;
import dev.sluice.gateway.Published;
import dev.sluice.limits.NanoClock;
import dev.sluice.limits.Quotas;
import dev.sluice.store.DataFolder;
import dev.sluice.store.embedded.EmbeddedStore;
import dev.sluice.wire.Authentication;
import dev.sluice.wire.Caller;
import dev.sluice.wire.Dispatcher;
import dev.sluice.wire.Handlers;
import dev.sluice.wire.Header;
import dev.sluice.wire.WireRequest;
import dev.sluice.wire.WireResponse;
import dev.sluice.wire.apigateway.ApiGatewayOperations;
import dev.sluice.wire.apigateway.Stage;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.time.Instant;
import java.time.InstantSource;
import java.util.List;
import java.util.function.Consumer;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.MissingNode;
import tools.jackson.databind.node.ObjectNode;

/** The real handlers over a real store, called as a client calls them: HTTP in, JSON out. The clock is set by hand. */
final class UsageFixture implements AutoCloseable {
    static final JsonMapper JSON = JsonMapper.builder().build();
    private static final String ACCOUNT = "123456789012";
    private static final String REGION = "us-east-1";

    private final DataFolder folder;
    private final EmbeddedStore store;
    private final Dispatcher dispatcher;
    final UsageControl control;
    final Documents documents;
    final Published published;
    Instant now = Instant.parse("2026-11-22T12:00:00Z");

    private UsageFixture(Path path, boolean strictAws) {
        folder = DataFolder.open(path);
        store = EmbeddedStore.open(folder, null, "test");
        documents = new Documents(store.records());
        InstantSource clock = () -> now;
        published = new Published(NanoClock.SYSTEM, new Quotas(store.quotas(), clock));
        control = new UsageControl(new UsageControl.Parts(
                documents,
                store.vault(),
                new Ids(new SecureRandom()),
                published,
                clock,
                ACCOUNT,
                REGION,
                strictAws,
                false,
                KeptBuckets.none()));
        Handlers.Builder handlers = Handlers.builder();
        control.register(handlers);
        control.load();
        Caller caller =
                new Caller(ACCOUNT, "AKIAAAAAAAAAAAAAAAAA", "arn:aws:iam::" + ACCOUNT + ":user/administrator", "AIDA");
        dispatcher = new Dispatcher(
                List.of(ApiGatewayOperations.model()),
                handlers.build(),
                _ -> new Authentication.Verified(caller, "apigateway", REGION));
    }

    static UsageFixture open(Path path) {
        return new UsageFixture(path, false);
    }

    static UsageFixture strict(Path path) {
        return new UsageFixture(path, true);
    }

    /** An answer: its status, error type and JSON. */
    record Answer(int status, String errorType, JsonNode json) {
        String message() {
            return json.path("message").asString("");
        }

        String text(String member) {
            return json.path(member).asString("");
        }
    }

    Answer call(String method, String path, Object body) {
        return send(method, path, body == null ? new byte[0] : JSON.writeValueAsBytes(body), "application/json");
    }

    Answer call(String method, String path) {
        return send(method, path, new byte[0], "application/json");
    }

    /** A body from a literal with single quotes for double ones. */
    Answer json(String method, String path, String body) {
        return send(method, path, body.replace('\'', '"').getBytes(StandardCharsets.UTF_8), "application/json");
    }

    Answer csv(String path, String body) {
        return send("POST", path, body.getBytes(StandardCharsets.UTF_8), "text/csv");
    }

    private Answer send(String method, String target, byte[] body, String contentType) {
        int mark = target.indexOf('?');
        WireResponse response = dispatcher.dispatch(new WireRequest(
                method,
                mark < 0 ? target : target.substring(0, mark),
                mark < 0 ? null : target.substring(mark + 1),
                List.of(new Header("Host", "localhost"), new Header("Content-Type", contentType)),
                body,
                "127.0.0.1"));
        JsonNode json = response.body().length == 0 ? MissingNode.getInstance() : JSON.readTree(response.body());
        return new Answer(response.status(), response.header("x-amzn-ErrorType").orElse(""), json);
    }

    /** One patch call. */
    Answer patch(String path, Consumer<Ops> ops) {
        Ops collected = new Ops();
        ops.accept(collected);
        return call("PATCH", path, collected.body);
    }

    /** Patch operations in order. */
    static final class Ops {
        private final ObjectNode body = JSON.createObjectNode();
        private final tools.jackson.databind.node.ArrayNode operations = body.putArray("patchOperations");

        Ops op(String op, String path, String value) {
            operations.addObject().put("op", op).put("path", path).put("value", value);
            return this;
        }

        Ops remove(String path) {
            operations.addObject().put("op", "remove").put("path", path);
            return this;
        }
    }

    /** A deployed stage, as far as plans are concerned. */
    void stage(String apiId, String name) {
        documents.store().<Boolean>write(tx -> {
            Documents.put(
                    tx,
                    ApiGatewayKinds.STAGE,
                    ApiGatewayKinds.childId(apiId, name),
                    Stage.builder().stageName(name).build());
            return true;
        });
    }

    /** Creates an enabled key; its id. */
    String key(String name) {
        return json("POST", "/apikeys", "{'name':'" + name + "','enabled':true}")
                .text("id");
    }

    String plan(String body) {
        return json("POST", "/usageplans", body).text("id");
    }

    Answer attach(String planId, String keyId) {
        return json("POST", "/usageplans/" + planId + "/keys", "{'keyId':'" + keyId + "','keyType':'API_KEY'}");
    }

    @Override
    public void close() {
        control.close();
        store.close();
        folder.close();
    }
}
