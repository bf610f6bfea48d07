/*
 * SPDX-FileCopyrightText: The Sluice authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.sluice.control.apigateway;

import dev.sluice.control.Documents;
import dev.sluice.control.Ids;
import dev.sluice.store.Transaction;
import dev.sluice.wire.Call;
import dev.sluice.wire.Handlers;
import dev.sluice.wire.ServiceException;
import dev.sluice.wire.Unit;
import dev.sluice.wire.apigateway.ApiGatewayErrors;
import dev.sluice.wire.apigateway.ApiGatewayOperations;
import dev.sluice.wire.apigateway.CreateDeploymentRequest;
import dev.sluice.wire.apigateway.DeleteDeploymentRequest;
import dev.sluice.wire.apigateway.Deployment;
import dev.sluice.wire.apigateway.GetDeploymentRequest;
import dev.sluice.wire.apigateway.GetDeploymentsRequest;
import dev.sluice.wire.apigateway.Method;
import dev.sluice.wire.apigateway.RestApi;
import dev.sluice.wire.apigateway.Stage;
import dev.sluice.wire.apigateway.UpdateDeploymentRequest;
import java.time.Instant;
import java.time.InstantSource;
import java.time.temporal.ChronoUnit;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** The operations on deployments: what an API was at one time, for stages to point to. Thread-safe. */
final class Deployments {
    private final Documents documents;
    private final Ids ids;
    private final InstantSource clock;
    private final Publisher publisher;

    Deployments(Documents documents, Ids ids, InstantSource clock, Publisher publisher) {
        this.documents = documents;
        this.ids = ids;
        this.clock = clock;
        this.publisher = publisher;
    }

    void register(Handlers.Builder handlers) {
        handlers.on(ApiGatewayOperations.CREATE_DEPLOYMENT, this::create)
                .on(ApiGatewayOperations.GET_DEPLOYMENT, this::get)
                .on(ApiGatewayOperations.GET_DEPLOYMENTS, this::list)
                .on(ApiGatewayOperations.UPDATE_DEPLOYMENT, this::update)
                .on(ApiGatewayOperations.DELETE_DEPLOYMENT, this::delete);
    }

    private Deployment create(Call call, CreateDeploymentRequest input) {
        String apiId = input.restApiId();
        String stageName = input.stageName() == null || input.stageName().isEmpty() ? null : input.stageName();
        if (stageName != null) {
            StageRules.name(stageName);
        }
        StageVariables.checked(input.variables());
        Deployment created = documents.store().write(tx -> {
            RestApi api = Lookup.api(tx, call, apiId);
            checkCanary(tx, input);
            SnapshotDocument snapshot = snapshot(tx, api);
            Deployment deployment = put(tx, apiId, input.description(), snapshot);
            if (stageName != null) {
                point(tx, input, stageName, String.valueOf(deployment.id()));
            }
            return deployment;
        });
        if (stageName != null) {
            publisher.stageChanged(apiId, stageName);
        }
        return created;
    }

    private static SnapshotDocument snapshot(Transaction tx, RestApi api) {
        ResourceTree tree = ResourceTree.read(tx, String.valueOf(api.id()));
        List<Method> methods = tree.all().stream()
                .flatMap(resource -> ResourceTree.methods(resource).values().stream())
                .toList();
        if (methods.isEmpty()) {
            throw ApiGatewayErrors.BAD_REQUEST.with("The REST API doesn't contain any methods");
        }
        if (methods.stream().anyMatch(method -> method.methodIntegration() == null)) {
            throw ApiGatewayErrors.BAD_REQUEST.with("No integration defined for method");
        }
        return new SnapshotDocument(SnapshotDocument.VERSION, api, tree.all());
    }

    private Deployment put(Transaction tx, String apiId, @Nullable String description, SnapshotDocument snapshot) {
        String id = ids.shortId();
        while (Documents.get(tx, ApiGatewayKinds.DEPLOYMENT, ApiGatewayKinds.childId(apiId, id))
                .isPresent()) {
            id = ids.shortId();
        }
        Deployment deployment = Deployment.builder()
                .id(id)
                .description(description)
                .createdDate(clock.instant().truncatedTo(ChronoUnit.SECONDS))
                .build();
        Documents.put(tx, ApiGatewayKinds.DEPLOYMENT, ApiGatewayKinds.childId(apiId, id), deployment);
        Documents.put(tx, ApiGatewayKinds.SNAPSHOT, ApiGatewayKinds.childId(apiId, id), snapshot);
        return deployment;
    }

    /** Points the stage to the deployment; makes it where there is none. */
    private void point(Transaction tx, CreateDeploymentRequest input, String stageName, String deploymentId) {
        String id = ApiGatewayKinds.childId(input.restApiId(), stageName);
        Optional<Stage> existing = Documents.get(tx, ApiGatewayKinds.STAGE, id);
        Instant now = clock.instant();
        Stage.Builder stage = existing.map(Stage::toBuilder)
                .orElseGet(() -> Stages.newStage(stageName, deploymentId, now).description(input.stageDescription()))
                .deploymentId(deploymentId)
                .lastUpdatedDate(now.truncatedTo(ChronoUnit.SECONDS));
        if (input.variables() != null) {
            stage.variables(input.variables());
        }
        if (input.tracingEnabled() != null) {
            stage.tracingEnabled(input.tracingEnabled());
        }
        if (input.cacheClusterEnabled() != null) {
            stage.cacheClusterEnabled(input.cacheClusterEnabled());
        }
        if (input.cacheClusterSize() != null) {
            stage.cacheClusterSize(input.cacheClusterSize());
        }
        Documents.put(tx, ApiGatewayKinds.STAGE, id, stage.build());
    }

    private static void checkCanary(Transaction tx, CreateDeploymentRequest input) {
        if (input.canarySettings() == null) {
            return;
        }
        String stageName = input.stageName();
        if (stageName == null || stageName.isEmpty()) {
            throw invalidContent("Non null and non empty stageName must be provided for canary deployment."
                    + " Provided value is " + stageName);
        }
        String id = ApiGatewayKinds.childId(input.restApiId(), stageName);
        if (Documents.get(tx, ApiGatewayKinds.STAGE, id).isEmpty()) {
            throw invalidContent(
                    "Stage " + stageName + " must already be created before making a canary release deployment");
        }
        throw StageRules.canaryUnsupported();
    }

    private static ServiceException invalidContent(String what) {
        return ApiGatewayErrors.BAD_REQUEST.with("Invalid deployment content specified." + what);
    }

    private Deployment get(Call call, GetDeploymentRequest input) {
        return documents.store().read(records -> {
            Deployment deployment = Lookup.deployment(records, call, input.restApiId(), input.deploymentId());
            if (input.embed() == null || !input.embed().contains("apisummary")) {
                return deployment;
            }
            String id = ApiGatewayKinds.childId(input.restApiId(), input.deploymentId());
            return Documents.get(records, ApiGatewayKinds.SNAPSHOT, id)
                    .map(snapshot -> deployment.toBuilder()
                            .apiSummary(snapshot.summary())
                            .build())
                    .orElse(deployment);
        });
    }

    /** Newest first. */
    private dev.sluice.wire.apigateway.Deployments list(Call call, GetDeploymentsRequest input) {
        List<Deployment> all = documents
                .store()
                .read(records -> {
                    Lookup.api(records, call, input.restApiId());
                    return Documents.list(
                            records, ApiGatewayKinds.DEPLOYMENT, ApiGatewayKinds.prefix(input.restApiId()));
                })
                .stream()
                .sorted(Comparator.comparing(Deployments::createdDate)
                        .reversed()
                        .thenComparing(Deployments::id))
                .toList();
        Paging.Page<Deployment> page = Paging.of(all, Deployments::id, input.position(), input.limit());
        return dev.sluice.wire.apigateway.Deployments.builder()
                .items(page.items())
                .position(page.position())
                .build();
    }

    private static Instant createdDate(Deployment deployment) {
        return deployment.createdDate() == null ? Instant.EPOCH : deployment.createdDate();
    }

    private static String id(Deployment deployment) {
        return String.valueOf(deployment.id());
    }

    private Deployment update(Call call, UpdateDeploymentRequest input) {
        List<Patch.Op> ops = Patch.of(input.patchOperations());
        return documents.store().write(tx -> {
            Deployment deployment = Lookup.deployment(tx, call, input.restApiId(), input.deploymentId());
            for (Patch.Op op : ops) {
                if (!op.is("replace", "/description")) {
                    throw Patch.invalidPath(op, List.of("/description"));
                }
                deployment = deployment.toBuilder().description(op.value()).build();
            }
            Documents.put(
                    tx,
                    ApiGatewayKinds.DEPLOYMENT,
                    ApiGatewayKinds.childId(input.restApiId(), input.deploymentId()),
                    deployment);
            return deployment;
        });
    }

    private Unit delete(Call call, DeleteDeploymentRequest input) {
        documents.store().<Deployment>write(tx -> {
            Deployment gone = Lookup.deployment(tx, call, input.restApiId(), input.deploymentId());
            boolean inUse =
                    Documents.list(tx, ApiGatewayKinds.STAGE, ApiGatewayKinds.prefix(input.restApiId())).stream()
                            .anyMatch(stage -> input.deploymentId().equals(stage.deploymentId()));
            if (inUse) {
                throw ApiGatewayErrors.BAD_REQUEST.with(
                        "Active stages pointing to this deployment must be moved or deleted");
            }
            String id = ApiGatewayKinds.childId(input.restApiId(), input.deploymentId());
            Documents.delete(tx, ApiGatewayKinds.DEPLOYMENT, id);
            Documents.delete(tx, ApiGatewayKinds.SNAPSHOT, id);
            return gone;
        });
        return Unit.UNIT;
    }
}
