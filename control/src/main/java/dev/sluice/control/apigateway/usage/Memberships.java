/*
 * SPDX-FileCopyrightText: The Sluice authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.sluice.control.apigateway.usage;

import static dev.sluice.control.apigateway.usage.UsageKinds.API_KEY;
import static dev.sluice.control.apigateway.usage.UsageKinds.PLAN_KEY;
import static dev.sluice.control.apigateway.usage.UsageKinds.USAGE_PLAN;

import dev.sluice.control.Documents;
import dev.sluice.control.apigateway.usage.UsagePlanDocument.StageEntry;
import dev.sluice.store.Records;
import dev.sluice.store.Row;
import dev.sluice.store.Transaction;
import dev.sluice.wire.ServiceException;
import dev.sluice.wire.apigateway.ApiGatewayErrors;
import java.util.List;
import java.util.Map;

/** Which keys are in which plans, and the rule that a key reaches any one stage through one plan at most. */
final class Memberships {
    private static final int CHUNK = 500;

    private Memberships() {}

    /** @throws ServiceException NotFoundException for the plan or key, ConflictException where the rule would break */
    static PlanKeyDocument add(Transaction tx, String planId, String keyId) {
        UsagePlanDocument plan = Documents.get(tx, USAGE_PLAN, planId).orElseThrow(UsagePlanOperations::notFound);
        if (tx.get(API_KEY.name(), keyId).isEmpty()) {
            throw ApiKeyOperations.notFound();
        }
        PlanKeyDocument membership = new PlanKeyDocument(planId, keyId);
        if (tx.get(PLAN_KEY.name(), membership.id()).isPresent()) {
            throw conflict(planId, keyId);
        }
        for (PlanKeyDocument other : ofKey(tx, keyId)) {
            UsagePlanDocument otherPlan = Documents.get(tx, USAGE_PLAN, other.planId())
                    .orElseThrow(
                            () -> new IllegalStateException("membership " + other + " of a plan that is not there"));
            if (plan.stages().stream().anyMatch(stage -> otherPlan.covers(stage.apiId(), stage.stage()))) {
                throw conflict(planId, keyId);
            }
        }
        Documents.put(tx, PLAN_KEY, membership.id(), membership, Map.of(UsageKinds.KEY_INDEX, keyId));
        return membership;
    }

    /** Refuses a stage that a key of the plan reaches through another plan already. */
    static void checkStage(Records records, String planId, StageEntry stage) {
        List<UsagePlanDocument> rivals = Documents.list(records, USAGE_PLAN, "").stream()
                .filter(plan -> !plan.id().equals(planId) && plan.covers(stage.apiId(), stage.stage()))
                .toList();
        if (rivals.isEmpty()) {
            return;
        }
        String after = null;
        while (true) {
            List<Row> rows = records.list(PLAN_KEY.name(), planId + "/", after, CHUNK);
            for (Row row : rows) {
                String keyId = row.id().substring(planId.length() + 1);
                for (UsagePlanDocument rival : rivals) {
                    if (records.get(PLAN_KEY.name(), PlanKeyDocument.id(rival.id(), keyId))
                            .isPresent()) {
                        throw conflict(planId, keyId);
                    }
                }
            }
            if (rows.size() < CHUNK) {
                return;
            }
            after = rows.getLast().id();
        }
    }

    static List<PlanKeyDocument> ofKey(Records records, String keyId) {
        return records.find(PLAN_KEY.name(), UsageKinds.KEY_INDEX, keyId).stream()
                .map(Memberships::document)
                .toList();
    }

    static List<PlanKeyDocument> ofPlan(Records records, String planId) {
        return Documents.list(records, PLAN_KEY, planId + "/");
    }

    static PlanKeyDocument document(Row row) {
        return Documents.decode(PLAN_KEY, row.body());
    }

    private static ServiceException conflict(String planId, String keyId) {
        return ApiGatewayErrors.CONFLICT.with("Usage Plan " + planId + " cannot be added because API Key " + keyId
                + " cannot reference multiple Usage Plans with the same API Stage");
    }
}
