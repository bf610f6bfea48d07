/*
 * SPDX-FileCopyrightText: The Sluice authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.sluice.control.apigateway.usage;

import static dev.sluice.control.apigateway.usage.PlanChecks.badRequest;

import dev.sluice.control.apigateway.Patch;
import dev.sluice.control.apigateway.Patch.Op;
import dev.sluice.control.apigateway.Throttle;
import dev.sluice.control.apigateway.usage.UsagePlanDocument.QuotaEntry;
import dev.sluice.control.apigateway.usage.UsagePlanDocument.StageEntry;
import dev.sluice.limits.FairShare;
import dev.sluice.store.Records;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import tools.jackson.core.JacksonException;
import tools.jackson.core.type.TypeReference;
import tools.jackson.databind.json.JsonMapper;

/**
 * Applies UpdateUsagePlan's operations in order. States between two operations may be incomplete (a quota with its period only); the last
 * one is checked. Not thread-safe.
 */
final class UsagePlanPatch {
    private static final String STAGES = "/apiStages";
    private static final String METHOD_THROTTLES = "/apiStages/<apidId:stageName>/throttle"; // AWS's own spelling
    private static final String METHOD_THROTTLE = METHOD_THROTTLES + "/<resourcePath>/<httpMethod>";
    private static final List<String> ADD = List.of(
            STAGES,
            "/quota/limit",
            "/quota/offset",
            "/quota/period",
            "/throttle/rateLimit",
            "/throttle/burstLimit",
            "/productCode");
    private static final List<String> REPLACE = List.of(
            "/name",
            "/description",
            "/productCode",
            "/quota/limit",
            "/quota/offset",
            "/quota/period",
            "/throttle/rateLimit",
            "/throttle/burstLimit",
            METHOD_THROTTLES,
            METHOD_THROTTLE + "/rateLimit",
            METHOD_THROTTLE + "/burstLimit");
    /** Not of AWS: the zone whose days, weeks and months are counted. */
    private static final String TIME_ZONE = "/quota/timeZone";

    private static final List<String> REMOVE =
            List.of(STAGES, "/quota", "/throttle", "/productCode", METHOD_THROTTLE, METHOD_THROTTLES);
    private static final JsonMapper JSON = JsonMapper.builder().build();
    private static final TypeReference<Map<String, Throttle>> THROTTLES = new TypeReference<>() {};

    private final Records records;
    private final boolean strictAws;
    private final UsagePlanDocument plan;
    private final List<StageEntry> stages;
    private String name;
    private @Nullable String description;
    private @Nullable String productCode;
    private @Nullable Throttle throttle;
    private boolean quota;
    private @Nullable Integer quotaLimit;
    private @Nullable Integer quotaOffset;
    private @Nullable String quotaPeriod;
    private @Nullable String quotaTimeZone;
    private @Nullable Boolean quotaDryRun;

    private UsagePlanPatch(Records records, UsagePlanDocument plan, boolean strictAws) {
        this.records = records;
        this.strictAws = strictAws;
        this.plan = plan;
        this.stages = new ArrayList<>(plan.stages());
        this.name = plan.name();
        this.description = plan.description();
        this.productCode = plan.productCode();
        this.throttle = plan.throttle();
        QuotaEntry entry = plan.quota();
        if (entry != null) {
            quota = true;
            quotaLimit = entry.limit();
            quotaOffset = entry.offset();
            quotaPeriod = entry.period().name();
            quotaTimeZone = entry.timeZone();
            quotaDryRun = entry.dryRun();
        }
    }

    /** @param strictAws refuses the paths that AWS does not have */
    static UsagePlanDocument apply(Records records, UsagePlanDocument plan, List<Op> ops, boolean strictAws) {
        UsagePlanPatch patch = new UsagePlanPatch(records, plan, strictAws);
        for (Op op : ops) {
            patch.apply(op);
        }
        return patch.result();
    }

    private UsagePlanDocument result() {
        QuotaEntry entry =
                quota ? PlanChecks.quota(quotaLimit, quotaOffset, quotaPeriod, quotaTimeZone, quotaDryRun) : null;
        Throttle checked = throttle == null ? null : Throttle.perKey(Throttle.checked(throttle));
        stages.forEach(stage -> stage.throttle().values().forEach(Throttle::perKey));
        return new UsagePlanDocument(plan.id(), name, description, stages, checked, entry, productCode, plan.tags());
    }

    private void apply(Op op) {
        switch (op.op()) {
            case "add" -> addOrReplace(op, ADD);
            case "replace" -> addOrReplace(op, REPLACE);
            case "remove" -> remove(op);
            default -> throw Patch.invalidPath(op, List.of());
        }
    }

    private void addOrReplace(Op op, List<String> accepted) {
        if (op.op().equals("replace") && op.path().startsWith(STAGES + "/")) {
            setMethodThrottle(op);
            return;
        }
        if (!strictAws && addOrReplaceOwn(op)) {
            return;
        }
        if (!accepted.contains(op.path())) {
            throw Patch.invalidPath(op, accepted);
        }
        switch (op.path()) {
            case STAGES -> addStage(op);
            case "/name" -> name = UsagePlanOperations.checkedName(op.value());
            case "/description" -> description = op.value();
            case "/productCode" -> productCode = op.value();
            case "/throttle/rateLimit" ->
                throttle = orNone(throttle).withRate(op.decimal().doubleValue());
            case "/throttle/burstLimit" -> throttle = orNone(throttle).withBurst(op.integer());
            case "/quota/limit" -> {
                quota = true;
                quotaLimit = op.integer();
            }
            case "/quota/offset" -> {
                quota = true;
                quotaOffset = op.integer();
            }
            case "/quota/period" -> {
                quota = true;
                quotaPeriod = op.text();
            }
            default -> throw new IllegalStateException("accepted but not applied: " + op.path());
        }
    }

    /** The paths that AWS does not have; false for all others. */
    private boolean addOrReplaceOwn(Op op) {
        switch (op.path()) {
            case "/throttle/dryRun" -> throttle = orNone(throttle).withDryRun(op.trueOrFalse());
            case "/throttle/weight" -> throttle = orNone(throttle).withWeight(op.integer(1, FairShare.MAX_WEIGHT));
            case "/quota/dryRun" -> {
                quota = true;
                quotaDryRun = op.trueOrFalse();
            }
            case TIME_ZONE -> {
                quota = true;
                quotaTimeZone = PlanChecks.timeZone(op.text());
            }
            default -> {
                return false;
            }
        }
        return true;
    }

    private void remove(Op op) {
        switch (op.path()) {
            case STAGES -> removeStage(op);
            case "/productCode" -> productCode = null;
            case "/throttle" -> throttle = null;
            case "/quota" -> {
                quota = false;
                quotaLimit = null;
                quotaOffset = null;
                quotaPeriod = null;
                quotaTimeZone = null;
                quotaDryRun = null;
            }
            case TIME_ZONE -> removeTimeZone(op);
            default -> removeMethodThrottle(op);
        }
    }

    private void removeTimeZone(Op op) {
        if (strictAws) {
            throw Patch.invalidPath(op, REMOVE);
        }
        quotaTimeZone = null;
    }

    private void addStage(Op op) {
        StageEntry entry = PlanChecks.stage(records, op.value(), plan.id());
        if (stages.stream().noneMatch(stage -> stage.is(entry.apiId(), entry.stage()))) {
            Memberships.checkStage(records, plan.id(), entry);
            stages.add(entry);
        }
    }

    private void removeStage(Op op) {
        String text = op.text();
        int colon = text.indexOf(':');
        if (colon <= 0) {
            throw badRequest("Invalid API Stage specified");
        }
        StageEntry entry = new StageEntry(text.substring(0, colon), text.substring(colon + 1), Map.of());
        if (!stages.removeIf(stage -> stage.is(entry.apiId(), entry.stage()))) {
            throw PlanChecks.unknownStage(entry, plan.id());
        }
    }

    /** {@code /apiStages/{api:stage}/throttle} with a JSON map, or {@code .../throttle/{path}/{METHOD}/{rateLimit|burstLimit}}. */
    private void setMethodThrottle(Op op) {
        MethodPath path = MethodPath.parse(op, REPLACE);
        if (path.rest().isEmpty()) {
            Map<String, Throttle> methods = new LinkedHashMap<>();
            parse(op)
                    .forEach((key, value) ->
                            methods.put(MethodKey.of(key), Throttle.checked(value.ofMethod(strictAws))));
            replaceMethods(path, methods);
            return;
        }
        int settingSlash = path.rest().lastIndexOf('/');
        int methodSlash = settingSlash < 0 ? -1 : path.rest().lastIndexOf('/', settingSlash - 1);
        if (methodSlash < 0) {
            throw Patch.invalidPath(op, REPLACE);
        }
        String key = MethodKey.of(
                path.rest().substring(0, methodSlash), path.rest().substring(methodSlash + 1, settingSlash));
        Map<String, Throttle> methods = new LinkedHashMap<>(entry(path).throttle());
        Throttle old = orNone(methods.get(key));
        String setting = path.rest().substring(settingSlash + 1);
        if (setting.equals("dryRun") && strictAws) {
            throw Patch.invalidPath(op, REPLACE);
        }
        methods.put(
                key,
                switch (setting) {
                    case "dryRun" -> old.withDryRun(op.trueOrFalse());
                    case "rateLimit" ->
                        Throttle.checked(old.withRate(op.decimal().doubleValue()));
                    case "burstLimit" -> Throttle.checked(old.withBurst(op.integer()));
                    default -> throw Patch.invalidPath(op, REPLACE);
                });
        replaceMethods(path, methods);
    }

    private void removeMethodThrottle(Op op) {
        MethodPath path = MethodPath.parse(op, REMOVE);
        if (path.rest().isEmpty()) {
            replaceMethods(path, Map.of());
            return;
        }
        int slash = path.rest().lastIndexOf('/');
        if (slash < 0) {
            throw Patch.invalidPath(op, REMOVE);
        }
        String key = MethodKey.of(path.rest().substring(0, slash), path.rest().substring(slash + 1));
        Map<String, Throttle> methods = new LinkedHashMap<>(entry(path).throttle());
        methods.remove(key);
        replaceMethods(path, methods);
    }

    private StageEntry entry(MethodPath path) {
        return stages.stream()
                .filter(stage -> stage.text().equals(path.stage()))
                .findFirst()
                .orElseThrow(() -> {
                    int colon = path.stage().indexOf(':');
                    return colon < 0
                            ? badRequest("Invalid API Stage specified")
                            : PlanChecks.unknownStage(
                                    new StageEntry(
                                            path.stage().substring(0, colon),
                                            path.stage().substring(colon + 1),
                                            Map.of()),
                                    plan.id());
                });
    }

    private void replaceMethods(MethodPath path, Map<String, Throttle> methods) {
        StageEntry old = entry(path);
        stages.set(stages.indexOf(old), new StageEntry(old.apiId(), old.stage(), methods));
    }

    private static Map<String, Throttle> parse(Op op) {
        try {
            return JSON.readValue(op.text(), THROTTLES);
        } catch (JacksonException e) {
            throw badRequest("Invalid value specified for patch path '" + op.path()
                    + "'. Must be a JSON map such as {\"/pets/GET\":{\"rateLimit\":1.0,\"burstLimit\":1}}");
        }
    }

    private static Throttle orNone(@Nullable Throttle throttle) {
        return throttle == null ? new Throttle(null, null) : throttle;
    }

    /**
     * What follows {@code /apiStages/} in a path.
     *
     * @param rest what follows {@code /throttle/}, empty for nothing
     */
    private record MethodPath(String stage, String rest) {
        private static final String THROTTLE = "/throttle";

        static MethodPath parse(Op op, List<String> accepted) {
            String path = op.path();
            int end = path.indexOf(THROTTLE, STAGES.length() + 1);
            boolean whole = end > 0 && path.length() == end + THROTTLE.length();
            if (!path.startsWith(STAGES + "/") || end < 0 || !(whole || path.charAt(end + THROTTLE.length()) == '/')) {
                throw Patch.invalidPath(op, accepted);
            }
            String stage = Patch.unescape(path.substring(STAGES.length() + 1, end));
            return new MethodPath(stage, whole ? "" : path.substring(end + THROTTLE.length() + 1));
        }
    }
}
