/*
 * SPDX-FileCopyrightText: The Sluice authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.sluice.control.apigateway;

import dev.sluice.control.Documents;
import dev.sluice.wire.Call;
import dev.sluice.wire.Handlers;
import dev.sluice.wire.Unit;
import dev.sluice.wire.apigateway.ApiGatewayErrors;
import dev.sluice.wire.apigateway.ApiGatewayOperations;
import dev.sluice.wire.apigateway.CreateStageRequest;
import dev.sluice.wire.apigateway.DeleteStageRequest;
import dev.sluice.wire.apigateway.GetStageRequest;
import dev.sluice.wire.apigateway.GetStagesRequest;
import dev.sluice.wire.apigateway.Stage;
import dev.sluice.wire.apigateway.UpdateStageRequest;
import java.time.Instant;
import java.time.InstantSource;
import java.time.temporal.ChronoUnit;
import java.util.List;
import java.util.Map;

/** The operations on stages. Thread-safe. What they change is live when they return. */
final class Stages {
    private final Documents documents;
    private final InstantSource clock;
    private final Publisher publisher;
    private final ApiGatewaySettings settings;
    private final StageListener listener;

    Stages(
            Documents documents,
            InstantSource clock,
            Publisher publisher,
            ApiGatewaySettings settings,
            StageListener listener) {
        this.documents = documents;
        this.clock = clock;
        this.publisher = publisher;
        this.settings = settings;
        this.listener = listener;
    }

    void register(Handlers.Builder handlers) {
        handlers.on(ApiGatewayOperations.CREATE_STAGE, this::create)
                .on(ApiGatewayOperations.GET_STAGE, this::get)
                .on(ApiGatewayOperations.GET_STAGES, this::list)
                .on(ApiGatewayOperations.UPDATE_STAGE, this::update)
                .on(ApiGatewayOperations.DELETE_STAGE, this::delete);
    }

    /** A new stage as AWS shows it; there is no cache, whatever is asked for. */
    static Stage.Builder newStage(String name, String deploymentId, Instant now) {
        Instant created = now.truncatedTo(ChronoUnit.SECONDS);
        return Stage.builder()
                .stageName(name)
                .deploymentId(deploymentId)
                .cacheClusterEnabled(false)
                .cacheClusterStatus("NOT_AVAILABLE")
                .methodSettings(Map.of())
                .tracingEnabled(false)
                .createdDate(created)
                .lastUpdatedDate(created);
    }

    private Stage create(Call call, CreateStageRequest input) {
        String name = StageRules.name(input.stageName());
        if (input.canarySettings() != null) {
            throw StageRules.canaryUnsupported();
        }
        if (input.documentationVersion() != null) {
            throw ApiGatewayErrors.NOT_FOUND.with("Invalid Documentation version specified");
        }
        Stage.Builder stage = newStage(name, input.deploymentId(), clock.instant())
                .description(input.description())
                .cacheClusterEnabled(Boolean.TRUE.equals(input.cacheClusterEnabled()))
                .cacheClusterSize(input.cacheClusterSize())
                .variables(StageVariables.checked(input.variables()))
                .tracingEnabled(Boolean.TRUE.equals(input.tracingEnabled()))
                .tags(input.tags() == null ? null : TagRules.checked(input.tags()));
        String id = ApiGatewayKinds.childId(input.restApiId(), name);
        Stage created = documents.store().write(tx -> {
            Lookup.api(tx, call, input.restApiId());
            if (Documents.get(tx, ApiGatewayKinds.STAGE, id).isPresent()) {
                throw ApiGatewayErrors.CONFLICT.with("Stage already exists");
            }
            StageRules.deployment(tx, input.restApiId(), input.deploymentId());
            Stage built = stage.build();
            Documents.put(tx, ApiGatewayKinds.STAGE, id, built);
            return built;
        });
        publisher.stageChanged(input.restApiId(), name);
        return created;
    }

    private Stage get(Call call, GetStageRequest input) {
        return documents.store().read(records -> Lookup.stage(records, call, input.restApiId(), input.stageName()));
    }

    private dev.sluice.wire.apigateway.Stages list(Call call, GetStagesRequest input) {
        List<Stage> stages = documents.store().read(records -> {
            Lookup.api(records, call, input.restApiId());
            return Documents.list(records, ApiGatewayKinds.STAGE, ApiGatewayKinds.prefix(input.restApiId()));
        });
        String deploymentId = input.deploymentId();
        return dev.sluice.wire.apigateway.Stages.builder()
                .item(stages.stream()
                        .filter(stage -> deploymentId == null || deploymentId.equals(stage.deploymentId()))
                        .toList())
                .build();
    }

    private Stage update(Call call, UpdateStageRequest input) {
        List<Patch.Op> ops = Patch.of(input.patchOperations());
        Stage updated = documents.store().write(tx -> {
            Stage stage = Lookup.stage(tx, call, input.restApiId(), input.stageName());
            StagePatch patch = new StagePatch(tx, input.restApiId(), settings);
            Stage patched = patch.apply(stage, ops).toBuilder()
                    .lastUpdatedDate(clock.instant().truncatedTo(ChronoUnit.SECONDS))
                    .build();
            Documents.put(
                    tx, ApiGatewayKinds.STAGE, ApiGatewayKinds.childId(input.restApiId(), input.stageName()), patched);
            return patched;
        });
        publisher.stageChanged(input.restApiId(), input.stageName());
        return updated;
    }

    private Unit delete(Call call, DeleteStageRequest input) {
        String apiId = input.restApiId();
        String name = input.stageName();
        documents.store().<Stage>write(tx -> {
            Stage gone = Lookup.stage(tx, call, apiId, name);
            listener.stageDeleted(tx, apiId, name);
            Documents.delete(tx, ApiGatewayKinds.STAGE, ApiGatewayKinds.childId(apiId, name));
            return gone;
        });
        publisher.stageChanged(apiId, name);
        listener.stageGone(apiId, name);
        return Unit.UNIT;
    }
}
