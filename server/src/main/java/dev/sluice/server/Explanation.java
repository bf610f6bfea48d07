/*
 * SPDX-FileCopyrightText: The Sluice authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.sluice.server;

import dev.sluice.gateway.explain.LoggedRefusal;
import dev.sluice.gateway.explain.RefusalCase;
import dev.sluice.gateway.explain.RefusalLog.Crowd;
import dev.sluice.limits.Limit;
import dev.sluice.limits.QuotaLimit;
import dev.sluice.limits.Rate;
import java.math.BigDecimal;
import java.math.RoundingMode;
import java.time.Duration;
import java.time.Instant;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.ObjectNode;

/**
 * What there is to say of one refusal, as JSON: figures for programs, sentences for people.
 *
 * @param crowd who else was refused by the same bucket
 */
record Explanation(LoggedRefusal refusal, Crowd crowd) {
    private static final JsonMapper JSON = JsonMapper.builder().build();
    private static final BigDecimal SECOND_NANOS = BigDecimal.valueOf(1_000_000_000L);
    private static final int DECIMALS = 9;

    ObjectNode json() {
        RefusalCase what = refusal.what();
        RefusalWords words = new RefusalWords(refusal);
        ObjectNode json = JSON.createObjectNode()
                .put("requestId", refusal.requestId().toString())
                .put("at", refusal.at().toString())
                .put("outcome", what.dryRun() ? "admitted" : "refused")
                .put("dryRun", what.dryRun())
                .put("reason", what.reason().name())
                .put("policy", what.policy());
        if (!what.dryRun()) {
            json.put("status", what.answer().status())
                    .put("errorType", what.answer().errorType());
        }
        json.put("apiId", what.method().stage().apiId())
                .put("stage", what.method().stage().stageName())
                .put("resourcePath", what.method().resourcePath())
                .put("httpMethod", what.method().httpMethod())
                .put("apiKeyId", refusal.keyId())
                .put("usagePlanId", what.planId());
        addLevels(json);
        addPassing(json);
        if (words.isLimit()) {
            addSharing(json, words);
        }
        return json.put("summary", words.summary()).put("advice", words.advice());
    }

    private void addLevels(ObjectNode json) {
        RefusalCase what = refusal.what();
        var levels = json.putArray("levels");
        for (int i = 0; i < what.levels().size(); i++) {
            RefusalCase.Level level = what.levels().get(i);
            levels.addObject()
                    .put("policy", level.policy())
                    .put("rate", perSecond(level.limit().rate()))
                    .put("burst", level.limit().burst())
                    .put("remaining", refusal.remaining().get(i))
                    .put("refused", level.policy().equals(what.policy()));
        }
        QuotaLimit quota = what.quota();
        if (quota != null) {
            levels.addObject()
                    .put("policy", RefusalCase.QUOTA)
                    .put("limit", quota.limit())
                    .put("period", quota.period().name())
                    .put("offset", quota.offset())
                    .put("remaining", refusal.remaining().getLast())
                    .put("refused", RefusalCase.QUOTA.equals(what.policy()));
        }
    }

    /** When it would have passed, had nobody else come; null where waiting does not help. */
    private void addPassing(ObjectNode json) {
        if (refusal.waitNanos() == LoggedRefusal.NEVER) {
            json.putNull("passesAt").putNull("waitSeconds");
        } else {
            Duration wait = Duration.ofNanos(refusal.waitNanos());
            Instant passes = refusal.at().plus(wait);
            BigDecimal seconds = BigDecimal.valueOf(refusal.waitNanos(), DECIMALS);
            json.put("passesAt", passes.toString()).put("waitSeconds", plain(seconds));
        }
    }

    private void addSharing(ObjectNode json, RefusalWords words) {
        ObjectNode shared = json.putObject("sharedBy")
                .put("scope", words.scope())
                .put("withinSeconds", crowd.within().toSeconds())
                .put("refusals", crowd.refusals());
        var keys = shared.putArray("topKeys");
        crowd.topKeys()
                .forEach(key -> keys.addObject()
                        .put("apiKeyId", key.keyId().isEmpty() ? null : key.keyId())
                        .put("refusals", key.refusals()));
    }

    /** Exact to nine decimals. */
    static BigDecimal perSecond(Rate rate) {
        BigDecimal exact = BigDecimal.valueOf(rate.tokens())
                .multiply(SECOND_NANOS)
                .divide(BigDecimal.valueOf(rate.periodNanos()), DECIMALS, RoundingMode.HALF_EVEN);
        return plain(exact);
    }

    /** Without trailing zeros, and without an exponent. */
    private static BigDecimal plain(BigDecimal number) {
        return new BigDecimal(number.stripTrailingZeros().toPlainString());
    }

    /** A limit in words: {@code 5 requests a second, burst 10}. */
    static String inWords(Limit limit) {
        return perSecond(limit.rate()).toPlainString() + " requests a second, burst " + limit.burst();
    }
}
