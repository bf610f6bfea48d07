/*
 * SPDX-FileCopyrightText: The Sluice authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.sluice.control.apigateway;

import dev.sluice.control.Documents;
import dev.sluice.gateway.LevelLimit;
import dev.sluice.gateway.Published;
import dev.sluice.store.Records;
import dev.sluice.wire.apigateway.RestApi;
import dev.sluice.wire.apigateway.Stage;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;

/**
 * Makes what is stored live in the data plane. Thread-safe; blocks.
 *
 * <p>Call it after the change is committed and before it is answered. Under one lock it reads anew what is committed, so whoever comes last
 * publishes the latest state, however calls overtake each other between commit and here.
 */
public final class Publisher {
    private final Documents documents;
    private final Published published;
    private final Limits limits;
    private final StageCompiler compiler;
    private final ApiGatewaySettings settings;
    private final ReentrantLock publishing = new ReentrantLock();

    public Publisher(
            Documents documents,
            Published published,
            Limits limits,
            FunctionBackends backends,
            ApiGatewaySettings settings) {
        this.documents = documents;
        this.published = published;
        this.limits = limits;
        this.compiler = new StageCompiler(limits, backends, settings);
        this.settings = settings;
    }

    /**
     * Publishes all stages that are stored, at start; limits known from then on are older than the process.
     *
     * @return how many stages
     * @throws IllegalStateException naming a stage that cannot be published
     */
    public int publishAll() {
        publishing.lock();
        try {
            List<RestApi> apis = documents.store().read(records -> Documents.list(records, ApiGatewayKinds.API, ""));
            int count = 0;
            for (RestApi api : apis) {
                for (String stageName : stageNames(String.valueOf(api.id()))) {
                    restore(String.valueOf(api.id()), stageName);
                    count++;
                }
            }
            limits.restored();
            return count;
        } finally {
            publishing.unlock();
        }
    }

    private void restore(String apiId, String stageName) {
        try {
            publish(apiId, stageName);
        } catch (RuntimeException e) {
            throw new IllegalStateException(
                    "stage " + stageName + " of API " + apiId + " cannot be published: " + e.getMessage(), e);
        }
    }

    /** A stage was made, changed or deleted. */
    void stageChanged(String apiId, String stageName) {
        publishing.lock();
        try {
            publish(apiId, stageName);
        } finally {
            publishing.unlock();
        }
    }

    /** An API was changed or deleted; not for its resources, which a deployment has to fix first. */
    void apiChanged(String apiId) {
        publishing.lock();
        try {
            Optional<RestApi> api =
                    documents.store().read(records -> Documents.get(records, ApiGatewayKinds.API, apiId));
            if (api.isEmpty()) {
                limits.forgetApi(apiId);
                return;
            }
            limits.api(apiId, Throttle.level(Throttle.of(api.get().throttle())));
            stageNames(apiId).forEach(stageName -> publish(apiId, stageName));
        } finally {
            publishing.unlock();
        }
    }

    /** The account's limits were changed. */
    void accountChanged() {
        publishing.lock();
        try {
            limits.account(documents.store().read(this::accountLimit));
        } finally {
            publishing.unlock();
        }
    }

    private List<String> stageNames(String apiId) {
        return documents
                .store()
                .read(records -> Documents.list(records, ApiGatewayKinds.STAGE, ApiGatewayKinds.prefix(apiId)))
                .stream()
                .map(Stage::stageName)
                .map(String::valueOf)
                .toList();
    }

    private void publish(String apiId, String stageName) {
        Optional<dev.sluice.gateway.Stage> live = published.stage(apiId, stageName);
        Optional<Current> found = documents.store().read(records -> current(records, apiId, stageName, live));
        if (found.isEmpty()) {
            published.withdraw(apiId, stageName);
            limits.forgetStage(apiId, stageName);
            return;
        }
        Current current = found.get();
        SnapshotDocument snapshot = current.snapshot();
        if (snapshot == null) {
            live.ifPresent(stage -> compiler.limit(stage, current.stage()));
        } else if (StageCompiler.served(snapshot)) {
            published.publish(compiler.compile(snapshot, current.api(), current.stage(), current.account()));
        } else {
            published.withdraw(apiId, stageName);
        }
    }

    /** One consistent view: a stage never without its deployment. */
    private Optional<Current> current(
            Records records, String apiId, String stageName, Optional<dev.sluice.gateway.Stage> live) {
        Optional<Stage> stage =
                Documents.get(records, ApiGatewayKinds.STAGE, ApiGatewayKinds.childId(apiId, stageName));
        Optional<RestApi> api = Documents.get(records, ApiGatewayKinds.API, apiId);
        if (stage.isEmpty() || api.isEmpty()) {
            return Optional.empty();
        }
        boolean same = live.isPresent() && StageCompiler.sameButForLimits(live.get(), api.get(), stage.get());
        SnapshotDocument snapshot = same ? null : snapshot(records, apiId, stage.get());
        return Optional.of(new Current(api.get(), stage.get(), accountLimit(records), snapshot));
    }

    private static SnapshotDocument snapshot(Records records, String apiId, Stage stage) {
        String id = ApiGatewayKinds.childId(apiId, String.valueOf(stage.deploymentId()));
        return Documents.get(records, ApiGatewayKinds.SNAPSHOT, id)
                .orElseThrow(() -> new IllegalStateException("deployment " + id + " is missing"));
    }

    private LevelLimit accountLimit(Records records) {
        return Throttle.level(Accounts.throttle(records, settings));
    }

    /**
     * What is stored of a stage.
     *
     * @param snapshot null where the live stage differs in limits at most
     */
    private record Current(
            RestApi api,
            Stage stage,
            LevelLimit account,
            @Nullable SnapshotDocument snapshot) {}
}
