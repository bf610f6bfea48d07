/*
 * SPDX-FileCopyrightText: The Sluice authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.sluice.control.apigateway;

import dev.sluice.control.Documents;
import dev.sluice.control.Ids;
import dev.sluice.store.Transaction;
import dev.sluice.wire.Call;
import dev.sluice.wire.CommonErrors;
import dev.sluice.wire.Handlers;
import dev.sluice.wire.Unit;
import dev.sluice.wire.apigateway.ApiGatewayErrors;
import dev.sluice.wire.apigateway.ApiGatewayOperations;
import dev.sluice.wire.apigateway.CreateRestApiRequest;
import dev.sluice.wire.apigateway.DeleteRestApiRequest;
import dev.sluice.wire.apigateway.GetRestApiRequest;
import dev.sluice.wire.apigateway.GetRestApisRequest;
import dev.sluice.wire.apigateway.Resource;
import dev.sluice.wire.apigateway.RestApi;
import dev.sluice.wire.apigateway.Stage;
import dev.sluice.wire.apigateway.UpdateRestApiRequest;
import java.time.Instant;
import java.time.InstantSource;
import java.time.temporal.ChronoUnit;
import java.util.Comparator;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** The operations on APIs themselves. Thread-safe. */
final class RestApis {
    private final Documents documents;
    private final Ids ids;
    private final InstantSource clock;
    private final Publisher publisher;
    private final RestApiPatch patch;
    private final StageListener listener;

    RestApis(
            Documents documents,
            Ids ids,
            InstantSource clock,
            Publisher publisher,
            RestApiPatch patch,
            StageListener listener) {
        this.documents = documents;
        this.ids = ids;
        this.clock = clock;
        this.publisher = publisher;
        this.patch = patch;
        this.listener = listener;
    }

    void register(Handlers.Builder handlers) {
        handlers.on(ApiGatewayOperations.CREATE_REST_API, this::create)
                .on(ApiGatewayOperations.GET_REST_API, this::get)
                .on(ApiGatewayOperations.GET_REST_APIS, this::list)
                .on(ApiGatewayOperations.UPDATE_REST_API, this::update)
                .on(ApiGatewayOperations.DELETE_REST_API, this::delete);
    }

    private RestApi create(Call call, CreateRestApiRequest input) {
        refuseUnsupported(input);
        String description = input.description();
        if (description != null && description.isEmpty()) {
            throw ApiGatewayErrors.BAD_REQUEST.with("Description cannot be an empty string");
        }
        RestApi.Builder api = RestApi.builder()
                .name(RestApiRules.name(input.name()))
                .description(description)
                .version(input.version())
                .createdDate(clock.instant().truncatedTo(ChronoUnit.SECONDS))
                .binaryMediaTypes(presentOrNull(input.binaryMediaTypes()))
                .minimumCompressionSize(RestApiRules.compressionSize(input.minimumCompressionSize()))
                .apiKeySource(RestApiRules.apiKeySource(input.apiKeySource()))
                .endpointConfiguration(RestApiRules.endpoint(input.endpointConfiguration()))
                .disableExecuteApiEndpoint(Boolean.TRUE.equals(input.disableExecuteApiEndpoint()))
                .tags(input.tags() == null ? null : TagRules.checked(input.tags()));
        return documents.store().write(tx -> put(tx, api));
    }

    private RestApi put(Transaction tx, RestApi.Builder builder) {
        String id = ids.restApi();
        while (Documents.get(tx, ApiGatewayKinds.API, id).isPresent()) {
            id = ids.restApi();
        }
        String rootId = ids.shortId();
        RestApi api = builder.id(id).rootResourceId(rootId).build();
        Resource root =
                Resource.builder().id(rootId).path(ResourceTree.ROOT_PATH).build();
        Documents.put(tx, ApiGatewayKinds.API, id, api);
        Documents.put(tx, ApiGatewayKinds.RESOURCE, ApiGatewayKinds.childId(id, rootId), root);
        return api;
    }

    private static void refuseUnsupported(CreateRestApiRequest input) {
        if (input.cloneFrom() != null) {
            throw CommonErrors.NOT_IMPLEMENTED.with("CreateRestApi with cloneFrom is not supported yet");
        }
        if (input.policy() != null && !input.policy().isEmpty()) {
            throw RestApiRules.policyUnsupported();
        }
    }

    private static @Nullable List<String> presentOrNull(@Nullable List<String> list) {
        return list == null || list.isEmpty() ? null : list;
    }

    private RestApi get(Call call, GetRestApiRequest input) {
        return documents.store().read(records -> Lookup.api(records, call, input.restApiId()));
    }

    private dev.sluice.wire.apigateway.RestApis list(Call call, GetRestApisRequest input) {
        List<RestApi> all = documents.store().read(records -> Documents.list(records, ApiGatewayKinds.API, "")).stream()
                .sorted(Comparator.comparing(RestApis::createdDate).thenComparing(RestApis::id))
                .toList();
        Paging.Page<RestApi> page = Paging.of(all, RestApis::id, input.position(), input.limit());
        return dev.sluice.wire.apigateway.RestApis.builder()
                .items(page.items())
                .position(page.position())
                .build();
    }

    private static Instant createdDate(RestApi api) {
        return api.createdDate() == null ? Instant.EPOCH : api.createdDate();
    }

    private static String id(RestApi api) {
        return String.valueOf(api.id());
    }

    private RestApi update(Call call, UpdateRestApiRequest input) {
        List<Patch.Op> ops = Patch.of(input.patchOperations());
        RestApi updated = documents.store().write(tx -> {
            RestApi api = patch.apply(Lookup.api(tx, call, input.restApiId()), ops);
            Documents.put(tx, ApiGatewayKinds.API, input.restApiId(), api);
            return api;
        });
        publisher.apiChanged(input.restApiId());
        return updated;
    }

    private Unit delete(Call call, DeleteRestApiRequest input) {
        String apiId = input.restApiId();
        List<String> gone = documents.store().write(tx -> {
            Lookup.api(tx, call, apiId);
            listener.apiDeleted(tx, apiId);
            String prefix = ApiGatewayKinds.prefix(apiId);
            List<String> stages = Documents.list(tx, ApiGatewayKinds.STAGE, prefix).stream()
                    .map(Stage::stageName)
                    .map(String::valueOf)
                    .toList();
            stages.forEach(stage -> listener.stageDeleted(tx, apiId, stage));
            tx.delete(ApiGatewayKinds.API.name(), apiId);
            tx.deletePrefix(ApiGatewayKinds.RESOURCE.name(), prefix);
            tx.deletePrefix(ApiGatewayKinds.DEPLOYMENT.name(), prefix);
            tx.deletePrefix(ApiGatewayKinds.SNAPSHOT.name(), prefix);
            tx.deletePrefix(ApiGatewayKinds.STAGE.name(), prefix);
            return stages;
        });
        for (String stage : gone) {
            publisher.stageChanged(apiId, stage);
            listener.stageGone(apiId, stage);
        }
        publisher.apiChanged(apiId);
        return Unit.UNIT;
    }
}
