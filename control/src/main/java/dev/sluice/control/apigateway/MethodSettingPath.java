/*
 * SPDX-FileCopyrightText: The Sluice authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.sluice.control.apigateway;

import dev.sluice.wire.ServiceException;
import dev.sluice.wire.apigateway.ApiGatewayErrors;
import dev.sluice.wire.apigateway.MethodSetting;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/**
 * A patch path of UpdateStage that names a method setting: {@code /{resourcePath}/{METHOD}/group/name}. Slashes inside the resource path are
 * {@code ~1} or plain; the root resource's is empty or {@code ~1}.
 *
 * @param key of the settings object: {@code a/b/GET} for the resource {@code /a/b}, {@code /GET} for the root, or {@code *}{@code /*}
 * @param setting such as {@code throttling/rateLimit}
 */
record MethodSettingPath(String key, String setting) {
    private static final String DRY_RUN = "throttling/dryRun";
    private static final Set<String> SETTINGS = Set.of(
            DRY_RUN,
            "metrics/enabled",
            "logging/dataTrace",
            "logging/loglevel",
            "throttling/burstLimit",
            "throttling/rateLimit",
            "caching/ttlInSeconds",
            "caching/enabled",
            "caching/dataEncrypted",
            "caching/requireAuthorizationForCacheControl",
            "caching/unauthorizedCacheControlHeaderStrategy");
    private static final Set<String> LOG_LEVELS = Set.of("OFF", "ERROR", "INFO");
    private static final Set<String> STRATEGIES =
            Set.of("FAIL_WITH_403", "SUCCEED_WITH_RESPONSE_HEADER", "SUCCEED_WITHOUT_RESPONSE_HEADER");
    private static final int MAX_TTL_SECONDS = 3_600;

    /** AWS's own list, its missing commas included. */
    private static final String PATHS =
            "[/deploymentId, /description, /cacheClusterEnabled, /cacheClusterSize, /clientCertificateId,"
                    + " /accessLogSettings, /accessLogSettings/destinationArn, /accessLogSettings/format,"
                    + " /{resourcePath}/{httpMethod}/metrics/enabled, /{resourcePath}/{httpMethod}/logging/dataTrace,"
                    + " /{resourcePath}/{httpMethod}/logging/loglevel,"
                    + " /{resourcePath}/{httpMethod}/throttling/burstLimit"
                    + "/{resourcePath}/{httpMethod}/throttling/rateLimit"
                    + "/{resourcePath}/{httpMethod}/caching/ttlInSeconds,"
                    + " /{resourcePath}/{httpMethod}/caching/enabled,"
                    + " /{resourcePath}/{httpMethod}/caching/dataEncrypted,"
                    + " /{resourcePath}/{httpMethod}/caching/requireAuthorizationForCacheControl,"
                    + " /{resourcePath}/{httpMethod}/caching/unauthorizedCacheControlHeaderStrategy,"
                    + " /*/*/metrics/enabled, /*/*/logging/dataTrace, /*/*/logging/loglevel,"
                    + " /*/*/throttling/burstLimit /*/*/throttling/rateLimit /*/*/caching/ttlInSeconds,"
                    + " /*/*/caching/enabled, /*/*/caching/dataEncrypted,"
                    + " /*/*/caching/requireAuthorizationForCacheControl,"
                    + " /*/*/caching/unauthorizedCacheControlHeaderStrategy, /variables/{variable_name},"
                    + " /tracingEnabled]";

    static ServiceException invalid(Patch.Op op) {
        return ApiGatewayErrors.BAD_REQUEST.with(
                "Invalid method setting path: " + op.path() + ". Must be one of: " + PATHS);
    }

    static Optional<MethodSettingPath> parse(String path) {
        int name = path.lastIndexOf('/');
        int group = name <= 0 ? -1 : path.lastIndexOf('/', name - 1);
        if (group <= 0 || !SETTINGS.contains(path.substring(group + 1))) {
            return Optional.empty();
        }
        return key(path.substring(0, group)).map(key -> new MethodSettingPath(key, path.substring(group + 1)));
    }

    /** The key that {@code /{resourcePath}/{METHOD}} names; empty where it is no such path. */
    static Optional<String> key(String path) {
        int slash = path.lastIndexOf('/');
        if (slash < 1 || !path.startsWith("/")) {
            return Optional.empty();
        }
        String resource = Patch.unescape(path.substring(1, slash));
        String verb = path.substring(slash + 1);
        if (resource.equals("*") && verb.equals("*")) {
            return Optional.of(MethodSettings.GENERAL);
        }
        String bare = resource.startsWith("/") ? resource.substring(1) : resource;
        boolean emptyPart =
                !bare.isEmpty() && Arrays.asList(bare.split("/", -1)).contains("");
        return emptyPart || !MethodRules.VERBS.contains(verb) ? Optional.empty() : Optional.of(bare + "/" + verb);
    }

    /** Whether AWS has no such setting. */
    boolean onlyHere() {
        return setting.equals(DRY_RUN);
    }

    /** The settings object with this setting changed. */
    MethodSetting set(MethodSetting settings, Patch.Op op) {
        MethodSetting.Builder changed = settings.toBuilder();
        switch (setting) {
            case "metrics/enabled" -> changed.metricsEnabled(op.flag());
            case "logging/dataTrace" -> changed.dataTraceEnabled(op.flag());
            case "logging/loglevel" -> changed.loggingLevel(oneOf(op, LOG_LEVELS));
            case "throttling/burstLimit" -> changed.throttlingBurstLimit(burst(op));
            case "throttling/rateLimit" -> changed.throttlingRateLimit(rate(op));
            case DRY_RUN -> changed.throttlingDryRun(op.trueOrFalse() ? true : null);
            case "caching/ttlInSeconds" -> changed.cacheTtlInSeconds(ttlSeconds(op));
            case "caching/enabled" -> changed.cachingEnabled(op.flag());
            case "caching/dataEncrypted" -> changed.cacheDataEncrypted(op.flag());
            case "caching/requireAuthorizationForCacheControl" ->
                changed.requireAuthorizationForCacheControl(op.flag());
            default -> changed.unauthorizedCacheControlHeaderStrategy(oneOf(op, STRATEGIES));
        }
        return changed.build();
    }

    private static int burst(Patch.Op op) {
        int burst = op.integer();
        return burst == MethodSettings.UNSET ? burst : notNegative(op, burst);
    }

    private static double rate(Patch.Op op) {
        double rate = op.decimal().doubleValue();
        return rate == MethodSettings.UNSET ? rate : notNegative(op, rate);
    }

    private static <N extends Number> N notNegative(Patch.Op op, N number) {
        if (number.doubleValue() < 0) {
            throw ApiGatewayErrors.BAD_REQUEST.with("Invalid value '" + op.text() + "' specified for patch path '"
                    + op.path() + "'. Must be -1 (unset) or a number of 0 or more");
        }
        return number;
    }

    private static int ttlSeconds(Patch.Op op) {
        int seconds = op.integer();
        if (seconds < 0 || seconds > MAX_TTL_SECONDS) {
            throw invalidValue(op, List.of("0 to " + MAX_TTL_SECONDS));
        }
        return seconds;
    }

    private static String oneOf(Patch.Op op, Set<String> values) {
        if (!values.contains(op.text())) {
            throw invalidValue(op, values.stream().sorted().toList());
        }
        return op.text();
    }

    private static ServiceException invalidValue(Patch.Op op, List<String> accepted) {
        return ApiGatewayErrors.BAD_REQUEST.with("Invalid value '" + op.text() + "' specified for patch path '"
                + op.path() + "'. Must be one of: " + accepted);
    }
}
