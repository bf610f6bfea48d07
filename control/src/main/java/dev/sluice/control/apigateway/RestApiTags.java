/*
 * SPDX-FileCopyrightText: The Sluice authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.sluice.control.apigateway;

import dev.sluice.control.Documents;
import dev.sluice.store.Records;
import dev.sluice.store.Transaction;
import dev.sluice.wire.apigateway.RestApi;
import dev.sluice.wire.apigateway.Stage;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/** The tags of APIs, {@code /restapis/{id}}, and of stages, {@code /restapis/{id}/stages/{name}}. Stateless. */
final class RestApiTags implements TagTarget {
    private static final Pattern STAGE = Pattern.compile("([^/]+)/stages/([^/]+)");

    @Override
    public String collection() {
        return "restapis";
    }

    @Override
    public Optional<Map<String, String>> tags(Records records, String path) {
        String stageId = stageId(path);
        return stageId == null
                ? Documents.get(records, ApiGatewayKinds.API, path).map(api -> orEmpty(api.tags()))
                : Documents.get(records, ApiGatewayKinds.STAGE, stageId).map(stage -> orEmpty(stage.tags()));
    }

    @Override
    public void setTags(Transaction tx, String path, Map<String, String> tags) {
        Map<String, String> kept = tags.isEmpty() ? null : tags;
        String stageId = stageId(path);
        if (stageId == null) {
            RestApi api = Documents.get(tx, ApiGatewayKinds.API, path).orElseThrow();
            Documents.put(
                    tx, ApiGatewayKinds.API, path, api.toBuilder().tags(kept).build());
        } else {
            Stage stage = Documents.get(tx, ApiGatewayKinds.STAGE, stageId).orElseThrow();
            Documents.put(
                    tx,
                    ApiGatewayKinds.STAGE,
                    stageId,
                    stage.toBuilder().tags(kept).build());
        }
    }

    private static Map<String, String> orEmpty(@Nullable Map<String, String> tags) {
        return tags == null ? Map.of() : tags;
    }

    private static @Nullable String stageId(String path) {
        Matcher matcher = STAGE.matcher(path);
        return matcher.matches() ? ApiGatewayKinds.childId(matcher.group(1), matcher.group(2)) : null;
    }
}
