/*
 * SPDX-FileCopyrightText: The Sluice authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.sluice.control.apigateway;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.control.Documents;
import dev.sluice.control.Ids;
import dev.sluice.control.apigateway.domain.CertificatePresenter;
import dev.sluice.control.apigateway.domain.DomainControl;
import dev.sluice.gateway.Backend;
import dev.sluice.gateway.BackendResponse;
import dev.sluice.gateway.Published;
import dev.sluice.gateway.ServerCertificate;
import dev.sluice.gateway.Stage;
import dev.sluice.limits.Limiter;
import dev.sluice.limits.Quotas;
import dev.sluice.store.DataFolder;
import dev.sluice.store.Transaction;
import dev.sluice.store.embedded.EmbeddedStore;
import dev.sluice.wire.Authentication;
import dev.sluice.wire.Caller;
import dev.sluice.wire.Dispatcher;
import dev.sluice.wire.Handlers;
import dev.sluice.wire.WireRequest;
import dev.sluice.wire.WireResponse;
import dev.sluice.wire.apigateway.ApiGatewayOperations;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicLong;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** The control plane on a real store, spoken to in HTTP and JSON; every caller is believed. */
final class ControlPlane implements AutoCloseable {
    static final String ACCOUNT = "123456789012";
    static final String REGION = "us-east-1";
    static final Instant NOW = Instant.parse("2026-11-22T10:00:00.789Z");

    private static final JsonMapper JSON = new JsonMapper();
    private static final Caller CALLER =
            new Caller(ACCOUNT, "AKIAAAAAAAAAAAAAAAAA", "arn:aws:iam::" + ACCOUNT + ":user/administrator", "AIDA");

    final AtomicLong nanos = new AtomicLong(1_000_000_000L);
    final Published published;
    final Limiter limiter = Limiter.inMemory(nanos::get);
    final Limits limits;
    final Publisher publisher;
    final List<FunctionBackends.Target> functions = new CopyOnWriteArrayList<>();
    final List<String> goneStages = new CopyOnWriteArrayList<>();
    final Documents documents;
    /** Uploaded certificates that are presented now. */
    volatile Map<String, ServerCertificate> presented = Map.of();
    /** Whether the listener takes no certificate. */
    volatile boolean refusesCertificates;

    private final DataFolder folder;
    private final EmbeddedStore store;
    private final Dispatcher dispatcher;

    private ControlPlane(Path dir, boolean strictAws, boolean fullAfterCrash, int maxIntegrationMillis) {
        folder = DataFolder.open(dir);
        store = EmbeddedStore.open(folder, null, "test");
        published = new Published(nanos::get, new Quotas(store.quotas(), InstantSource.fixed(NOW)));
        documents = new Documents(store.records());
        ApiGatewaySettings settings = new ApiGatewaySettings(
                ACCOUNT, REGION, strictAws, ApiGatewaySettings.AWS_ACCOUNT_THROTTLE, maxIntegrationMillis);
        limits = new Limits(nanos::get, fullAfterCrash, KeptBuckets.none());
        publisher = new Publisher(documents, published, limits, this::function, settings);
        publisher.publishAll();
        Handlers.Builder handlers = Handlers.builder();
        new ApiGateway(
                        documents,
                        new Ids(new SecureRandom()),
                        InstantSource.fixed(NOW),
                        publisher,
                        settings,
                        StageListener.all(List.of(DomainControl.stageListener(), new Listener())),
                        List.of(DomainControl.tagTarget()))
                .register(handlers);
        DomainControl domains = new DomainControl(
                documents,
                store.vault(),
                new Ids(new SecureRandom()),
                InstantSource.fixed(NOW),
                published,
                settings,
                new Presenter());
        domains.register(handlers);
        domains.load();
        dispatcher = new Dispatcher(
                List.of(ApiGatewayOperations.model()),
                handlers.build(),
                _ -> new Authentication.Verified(CALLER, "apigateway", REGION));
    }

    static ControlPlane open(Path dir) {
        return allowing(dir, ApiGatewaySettings.AWS_INTEGRATION_MILLIS);
    }

    static ControlPlane allowing(Path dir, int maxIntegrationMillis) {
        return new ControlPlane(dir, false, false, maxIntegrationMillis);
    }

    static ControlPlane strict(Path dir) {
        return new ControlPlane(dir, true, false, ApiGatewaySettings.AWS_INTEGRATION_MILLIS);
    }

    static ControlPlane fullAfterCrash(Path dir) {
        return new ControlPlane(dir, false, true, ApiGatewaySettings.AWS_INTEGRATION_MILLIS);
    }

    private Backend function(FunctionBackends.Target target) {
        functions.add(target);
        return (_, _) -> CompletableFuture.completedFuture(new BackendResponse.Failed(BackendResponse.Kind.ERROR));
    }

    /** An answer; the error's code is empty where there is none. */
    record Answer(int status, String code, JsonNode json) {
        JsonNode ok(int expected) {
            assertThat(status).as("%s %s", code, json).isEqualTo(expected);
            return json;
        }

        String id() {
            return json.get("id").asString();
        }

        String text(String member) {
            return json.path(member).asString();
        }

        void fails(int expectedStatus, String expectedCode, String expectedMessage) {
            assertThat(text("message")).isEqualTo(expectedMessage);
            assertThat(status).isEqualTo(expectedStatus);
            assertThat(code).isEqualTo(expectedCode);
        }

        void isBadRequest(String expectedMessage) {
            fails(400, "BadRequestException", expectedMessage);
        }

        void isNotFound(String expectedMessage) {
            fails(404, "NotFoundException", expectedMessage);
        }

        void isConflict(String expectedMessage) {
            fails(409, "ConflictException", expectedMessage);
        }

        void isUnsupported(String expectedMessage) {
            fails(501, "NotImplementedException", expectedMessage);
        }
    }

    Answer get(String path) {
        return send("GET", path, null);
    }

    Answer delete(String path) {
        return send("DELETE", path, null);
    }

    Answer post(String path, String json) {
        return send("POST", path, json);
    }

    Answer put(String path, String json) {
        return send("PUT", path, json);
    }

    /** @param operations each {@code op path} or {@code op path value}; of copy the third word is {@code from} */
    Answer patch(String path, String... operations) {
        List<Map<String, String>> ops = new ArrayList<>();
        for (String operation : operations) {
            String[] words = operation.split(" ", 3);
            String third = words[0].equals("copy") ? "from" : "value";
            ops.add(
                    words.length == 2
                            ? Map.of("op", words[0], "path", words[1])
                            : Map.of("op", words[0], "path", words[1], third, words[2]));
        }
        return send("PATCH", path, JSON.writeValueAsString(Map.of("patchOperations", ops)));
    }

    private Answer send(String method, String target, @Nullable String json) {
        int mark = target.indexOf('?');
        WireRequest request = new WireRequest(
                method,
                mark < 0 ? target : target.substring(0, mark),
                mark < 0 ? null : target.substring(mark + 1),
                List.of(),
                json == null ? new byte[0] : json.getBytes(StandardCharsets.UTF_8),
                "127.0.0.1");
        WireResponse response = dispatcher.dispatch(request);
        String code = response.headers().stream()
                .filter(header -> header.name().equalsIgnoreCase("x-amzn-ErrorType"))
                .map(dev.sluice.wire.Header::value)
                .findFirst()
                .orElse("");
        JsonNode body = response.body().length == 0 ? JSON.createObjectNode() : JSON.readTree(response.body());
        return new Answer(response.status(), code, body);
    }

    /** A new API with one MOCK method GET on /data that answers 200, not deployed. */
    Sample sample() {
        JsonNode api = post("/restapis", "{\"name\":\"sample\"}").ok(201);
        String id = api.get("id").asString();
        String root = api.get("rootResourceId").asString();
        String resource = post("/restapis/" + id + "/resources/" + root, "{\"pathPart\":\"data\"}")
                .ok(201)
                .get("id")
                .asString();
        Sample sample = new Sample("/restapis/" + id, id, root, resource);
        mock(sample.method("GET"), "{\"apiKeyRequired\":true,\"authorizationType\":\"NONE\"}");
        return sample;
    }

    /** Makes a method with a MOCK integration that answers 200 with {@code {"ok":true}}. */
    void mock(String methodPath, String method) {
        put(methodPath, method).ok(201);
        put(methodPath + "/responses/200", "{}").ok(201);
        put(
                        methodPath + "/integration",
                        "{\"type\":\"MOCK\",\"requestTemplates\":{\"application/json\":\"{\\\"statusCode\\\":200}\"}}")
                .ok(201);
        put(
                        methodPath + "/integration/responses/200",
                        "{\"responseTemplates\":{\"application/json\":\"{\\\"ok\\\":true}\"}}")
                .ok(201);
    }

    /** The paths of an API that has the resource /data. */
    record Sample(String path, String id, String root, String resource) {
        String method(String verb) {
            return path + "/resources/" + resource + "/methods/" + verb;
        }

        String stage(String name) {
            return path + "/stages/" + name;
        }
    }

    String deploy(Sample sample, String stageName) {
        return post(sample.path() + "/deployments", "{\"stageName\":\"" + stageName + "\"}")
                .ok(201)
                .get("id")
                .asString();
    }

    Stage live(Sample sample, String stageName) {
        return published.stage(sample.id(), stageName).orElseThrow();
    }

    @Override
    public void close() {
        store.close();
        folder.close();
    }

    private final class Presenter implements CertificatePresenter {
        @Override
        public void check(ServerCertificate certificate) {
            if (refusesCertificates) {
                throw new IllegalArgumentException("the listener does not take it");
            }
        }

        @Override
        public void present(Map<String, ServerCertificate> byDomain) {
            presented = byDomain;
        }
    }

    private final class Listener implements StageListener {
        @Override
        public void apiDeleted(Transaction tx, String apiId) {}

        @Override
        public void stageDeleted(Transaction tx, String apiId, String stageName) {
            goneStages.add("deleted " + apiId + "/" + stageName);
        }

        @Override
        public void stageGone(String apiId, String stageName) {
            goneStages.add("gone " + apiId + "/" + stageName);
        }
    }
}
