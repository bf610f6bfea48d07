/*
 * SPDX-FileCopyrightText: The Sluice authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.sluice.control.apigateway;

import dev.sluice.store.Records;
import dev.sluice.wire.ServiceException;
import dev.sluice.wire.apigateway.AccessLogSettings;
import dev.sluice.wire.apigateway.ApiGatewayErrors;
import dev.sluice.wire.apigateway.MethodSetting;
import dev.sluice.wire.apigateway.Stage;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** What UpdateStage's patch operations do to a stage; for one call within its transaction. Not thread-safe. */
final class StagePatch {
    private static final Set<String> OPS = Set.of("add", "replace", "remove", "copy");
    private static final String THROTTLE = "/throttle";
    /** Of the stage level, beside AWS's paths; no method has such a name. */
    private static final Set<String> THROTTLE_PATHS = Set.of(
            THROTTLE, THROTTLE + "/rateLimit", THROTTLE + "/burstLimit", THROTTLE + "/dryRun", THROTTLE + "/fairness");

    private static final List<String> COPY_TO = List.of("/deploymentId", "/variables");
    private static final List<String> COPY_FROM =
            List.of("/canarySettings/deploymentId", "/canarySettings/stageVariableOverrides");

    private final Records records;
    private final String apiId;
    private final ApiGatewaySettings settings;

    StagePatch(Records records, String apiId, ApiGatewaySettings settings) {
        this.records = records;
        this.apiId = apiId;
        this.settings = settings;
    }

    /** The stage after all operations, in order; none holds where one is refused. */
    Stage apply(Stage stage, List<Patch.Op> ops) {
        Stage patched = stage;
        for (Patch.Op op : ops) {
            if (!OPS.contains(op.op())) {
                throw ApiGatewayErrors.BAD_REQUEST.with(
                        "Invalid patch operation specified. Must be one of: [add, remove, replace, copy]");
            }
            patched = apply(patched, op);
        }
        Throttle.of(patched.throttle());
        MethodSettings.checkLimits(MethodSettings.of(patched));
        StageVariables.checked(patched.variables());
        AccessLogs.check(patched.accessLogSettings());
        return patched;
    }

    private Stage apply(Stage stage, Patch.Op op) {
        String first = op.segments().getFirst();
        if (op.op().equals("copy")) {
            throw invalidCopy(op);
        }
        if (first.equals("canarySettings")) {
            throw canary(op);
        }
        if (THROTTLE_PATHS.contains(op.path()) && !settings.strictAws()) {
            Throttle throttle = ThrottlePatch.applyToStage(Throttle.of(stage.throttle()), op, THROTTLE);
            return stage.toBuilder()
                    .throttle(throttle == null ? null : throttle.settings())
                    .build();
        }
        if (first.equals("accessLogSettings")) {
            return stage.toBuilder()
                    .accessLogSettings(accessLog(stage.accessLogSettings(), op))
                    .build();
        }
        if (first.equals("variables") && op.segments().size() == 2) {
            return stage.toBuilder().variables(variables(stage, op)).build();
        }
        return op.op().equals("remove") ? removeMethodSetting(stage, op) : set(stage, op);
    }

    private Stage set(Stage stage, Patch.Op op) {
        Stage.Builder changed = stage.toBuilder();
        switch (op.path()) {
            case "/deploymentId" -> changed.deploymentId(StageRules.deployment(records, apiId, op.value()));
            case "/description" -> changed.description(textOrNull(op));
            case "/cacheClusterEnabled" -> changed.cacheClusterEnabled(op.flag());
            case "/cacheClusterSize" -> changed.cacheClusterSize(textOrNull(op));
            case "/tracingEnabled" -> changed.tracingEnabled(op.flag());
            case "/clientCertificateId" -> changed.clientCertificateId(clientCertificate(op));
            default -> changed.methodSettings(methodSettings(stage, op));
        }
        return changed.build();
    }

    private static @Nullable String textOrNull(Patch.Op op) {
        return op.text().isEmpty() ? null : op.text();
    }

    /** There are no client certificates yet, so every id is unknown; none can be taken away. */
    private static @Nullable String clientCertificate(Patch.Op op) {
        if (!op.text().isEmpty()) {
            throw ApiGatewayErrors.BAD_REQUEST.with("Invalid Client Certificate identifier specified");
        }
        return null;
    }

    private Map<String, MethodSetting> methodSettings(Stage stage, Patch.Op op) {
        MethodSettingPath path = MethodSettingPath.parse(op.path())
                .filter(parsed -> !(settings.strictAws() && parsed.onlyHere()))
                .orElseThrow(() -> MethodSettingPath.invalid(op));
        Map<String, MethodSetting> all = new LinkedHashMap<>(MethodSettings.of(stage));
        MethodSetting current = all.get(path.key());
        MethodSetting base =
                current != null ? current : MethodSettings.materialised(all, Accounts.throttle(records, settings));
        MethodSetting changed = path.set(base, op);
        String level = changed.loggingLevel();
        if (level != null && !level.equals("OFF") && Accounts.read(records).cloudwatchRoleArn() == null) {
            throw ApiGatewayErrors.BAD_REQUEST.with(
                    "CloudWatch Logs role ARN must be set in account settings to enable logging");
        }
        all.put(path.key(), changed);
        return all;
    }

    private static Stage removeMethodSetting(Stage stage, Patch.Op op) {
        Map<String, MethodSetting> all = new LinkedHashMap<>(MethodSettings.of(stage));
        Optional<String> key = MethodSettingPath.key(op.path());
        if (key.isEmpty() || all.remove(key.get()) == null) {
            throw noMethodSetting(op, key);
        }
        return stage.toBuilder().methodSettings(all).build();
    }

    /** AWS's answer to every path that cannot be removed, with its blank at the end. */
    private static ServiceException noMethodSetting(Patch.Op op, Optional<String> key) {
        String named = op.path().startsWith("/") ? op.path().substring(1) : op.path();
        return ApiGatewayErrors.BAD_REQUEST.with("Cannot remove method setting " + key.orElse(named)
                + " because there is no method setting for this method ");
    }

    private static @Nullable AccessLogSettings accessLog(@Nullable AccessLogSettings current, Patch.Op op) {
        if (op.op().equals("remove")) {
            if (!op.path().equals("/accessLogSettings")) {
                throw noMethodSetting(op, Optional.empty());
            }
            return null;
        }
        AccessLogSettings.Builder changed = current == null ? AccessLogSettings.builder() : current.toBuilder();
        switch (op.path()) {
            case "/accessLogSettings/destinationArn" -> changed.destinationArn(accessLogValue(op));
            case "/accessLogSettings/format" -> changed.format(accessLogValue(op));
            default ->
                throw ApiGatewayErrors.BAD_REQUEST.with("Invalid accessLogSettings path. Must be one of :"
                        + " [/accessLogSettings/destinationArn, /accessLogSettings/format]");
        }
        return changed.build();
    }

    private static String accessLogValue(Patch.Op op) {
        if (op.text().isEmpty()) {
            throw ApiGatewayErrors.BAD_REQUEST.with("Access Log value must not be empty");
        }
        return op.text();
    }

    private static @Nullable Map<String, String> variables(Stage stage, Patch.Op op) {
        Map<String, String> changed = new LinkedHashMap<>(stage.variables() == null ? Map.of() : stage.variables());
        String name = op.segments().get(1);
        if (op.op().equals("remove")) {
            changed.remove(name);
        } else {
            changed.put(name, op.text());
        }
        return changed.isEmpty() ? null : changed;
    }

    /** No stage has a canary yet: the errors are AWS's, making one is refused. */
    private static ServiceException canary(Patch.Op op) {
        return switch (op.op()) {
            case "add" -> ApiGatewayErrors.BAD_REQUEST.with("Invalid add operation with path: " + op.path());
            case "remove" -> noMethodSetting(op, Optional.empty());
            default -> StageRules.canaryUnsupported();
        };
    }

    private static ServiceException invalidCopy(Patch.Op op) {
        if (COPY_TO.contains(op.path()) && COPY_FROM.contains(String.valueOf(op.from()))) {
            return ApiGatewayErrors.BAD_REQUEST.with("Promotion not available. Canary does not exist.");
        }
        return ApiGatewayErrors.BAD_REQUEST.with("Invalid copy operation with path: " + op.path() + " and from "
                + op.from() + ". Valid copy:path are " + COPY_TO + " and valid copy:from are " + COPY_FROM);
    }
}
