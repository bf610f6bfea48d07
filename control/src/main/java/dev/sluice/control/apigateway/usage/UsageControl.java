/*
 * SPDX-FileCopyrightText: The Sluice authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.sluice.control.apigateway.usage;

import static dev.sluice.control.apigateway.usage.UsageKinds.API_KEY;
import static dev.sluice.control.apigateway.usage.UsageKinds.USAGE_PLAN;

import dev.sluice.control.Documents;
import dev.sluice.control.Documents.Kind;
import dev.sluice.control.Ids;
import dev.sluice.control.apigateway.KeptBuckets;
import dev.sluice.control.apigateway.StageListener;
import dev.sluice.control.apigateway.TagTarget;
import dev.sluice.gateway.Published;
import dev.sluice.store.Records;
import dev.sluice.store.Transaction;
import dev.sluice.store.Vault;
import dev.sluice.wire.Handlers;
import java.time.InstantSource;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/** The whole of API keys, usage plans and usage: its handlers, its part in other operations, and its start and end. Thread-safe. */
public final class UsageControl implements AutoCloseable {
    private final Documents documents;
    private final KeyWriter writer;
    private final LivePlans live;
    private final ApiKeyOperations keys;
    private final ApiKeyImport keyImport;
    private final UsagePlanOperations plans;
    private final UsagePlanKeyOperations planKeys;
    private final UsageOperations usage;

    /**
     * What this is built on.
     *
     * @param startFull whether buckets older than the process start full ({@code limits.afterCrash: full}) instead of empty after a crash
     * @param kept what they owed at the last stop, if it was a clean one
     */
    public record Parts(
            Documents documents,
            Vault vault,
            Ids ids,
            Published published,
            InstantSource clock,
            String accountId,
            String region,
            boolean strictAws,
            boolean startFull,
            KeptBuckets kept) {}

    public UsageControl(Parts parts) {
        documents = parts.documents();
        writer = new KeyWriter(parts.vault(), parts.ids(), parts.clock());
        live = new LivePlans(
                documents,
                writer,
                parts.published(),
                new LivePlans.LiveContext(parts.accountId(), parts.region(), parts.startFull(), parts.kept()));
        keys = new ApiKeyOperations(documents, writer, live);
        keyImport = new ApiKeyImport(documents, writer, live);
        plans = new UsagePlanOperations(documents, parts.ids(), live, parts.strictAws());
        planKeys = new UsagePlanKeyOperations(documents, writer, live, parts.strictAws());
        usage = new UsageOperations(documents, live, parts.clock());
    }

    public void register(Handlers.Builder handlers) {
        keys.register(handlers);
        keyImport.register(handlers);
        plans.register(handlers);
        planKeys.register(handlers);
        usage.register(handlers);
    }

    /** Publishes every stored key; once, before the data plane accepts. */
    public void load() {
        live.load();
    }

    /** Writes what keys owe their plans' limits, to be kept over a stop. */
    public void writeTo(KeptBuckets.Sink sink) {
        live.writeTo(sink);
    }

    /** Returns quota units that are reserved and unspent; once, after the data plane has stopped. */
    @Override
    public void close() {
        live.close();
    }

    /** Lets plans go of a stage that is deleted. */
    public StageListener stageListener() {
        return new StageListener() {
            @Override
            public void apiDeleted(Transaction tx, String apiId) {}

            @Override
            public void stageDeleted(Transaction tx, String apiId, String stageName) {
                for (UsagePlanDocument plan : Documents.list(tx, USAGE_PLAN, "")) {
                    if (plan.covers(apiId, stageName)) {
                        Documents.put(
                                tx,
                                USAGE_PLAN,
                                plan.id(),
                                plan.withStages(plan.stages().stream()
                                        .filter(stage -> !stage.is(apiId, stageName))
                                        .toList()));
                    }
                }
            }

            @Override
            public void stageGone(String apiId, String stageName) {
                for (UsagePlanDocument plan :
                        documents.store().read(records -> Documents.list(records, USAGE_PLAN, ""))) {
                    live.refreshPlan(plan.id());
                }
            }
        };
    }

    /** The things here that carry tags. */
    public List<TagTarget> tagTargets() {
        return List.of(
                new Tagged<>(
                        "usageplans",
                        USAGE_PLAN,
                        UsagePlanDocument::tags,
                        (tx, plan, tags) -> Documents.put(tx, USAGE_PLAN, plan.id(), plan.withTags(tags))),
                new Tagged<>(
                        "apikeys",
                        API_KEY,
                        ApiKeyDocument::tags,
                        (tx, key, tags) -> writer.overwrite(tx, key.withTags(tags))));
    }

    /** Writes a document with other tags. */
    @FunctionalInterface
    private interface TagWriter<T> {
        void write(Transaction tx, T document, Map<String, String> tags);
    }

    /** Tags that are a member of a document. */
    private record Tagged<T>(
            String collection, Kind<T> kind, Function<T, @Nullable Map<String, String>> getter, TagWriter<T> writer)
            implements TagTarget {
        @Override
        public Optional<Map<String, String>> tags(Records records, String path) {
            return Documents.get(records, kind, path)
                    .map(document -> Objects.requireNonNullElse(getter.apply(document), Map.of()));
        }

        @Override
        public void setTags(Transaction tx, String path, Map<String, String> tags) {
            T document = Documents.get(tx, kind, path)
                    .orElseThrow(() -> new IllegalStateException(collection + "/" + path + " is not there"));
            writer.write(tx, document, tags);
        }
    }
}
