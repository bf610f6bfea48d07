/*
 * SPDX-FileCopyrightText: The Sluice authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.sluice.server;

import dev.sluice.gateway.explain.LoggedRefusal;
import dev.sluice.gateway.explain.RefusalCase;
import dev.sluice.limits.QuotaLimit;

/** One refusal in sentences. */
record RefusalWords(LoggedRefusal refusal) {
    /** Whether a limit or a quota is behind it, rather than the check of a key. */
    boolean isLimit() {
        return switch (refusal.what().reason()) {
            case RATE, QUOTA, FAIR_SHARE, QUOTA_NOT_RESERVED -> true;
            case KEY_MISSING, KEY_REPEATED, KEY_UNKNOWN, KEY_DISABLED, KEY_GUESSED, KEY_WITHOUT_PLAN -> false;
        };
    }

    /** What happened and why. */
    String summary() {
        RefusalCase what = refusal.what();
        String outcome = what.dryRun()
                ? "was admitted; on trial, it would have been refused: "
                : "was refused with " + what.answer().status() + ": ";
        return method() + " " + outcome + cause() + ".";
    }

    private String cause() {
        RefusalCase what = refusal.what();
        return switch (what.reason()) {
            case RATE -> "the limit of " + level() + limitInWords() + " was used up";
            case QUOTA -> "the quota of " + keyInPlan() + quotaInWords() + " was used up";
            case FAIR_SHARE -> "what the stage shares out was short, and " + keyInPlan() + " had used its fair share";
            case QUOTA_NOT_RESERVED -> "no unit of the quota of " + keyInPlan() + " could be reserved on disk in time";
            case KEY_MISSING -> "the method requires an API key and none was sent";
            case KEY_REPEATED -> "more than one API key was sent";
            case KEY_UNKNOWN -> "there is no API key with the value that was sent";
            case KEY_GUESSED -> "the client's address has sent too many API keys that are unknown or disabled";
            case KEY_DISABLED -> "the API key " + refusal.keyId() + " is disabled";
            case KEY_WITHOUT_PLAN -> "no usage plan of the API key " + refusal.keyId() + " covers " + stage();
        };
    }

    /** All requests that take from the same bucket or counter. */
    String scope() {
        return switch (refusal.what().policy()) {
            case "account" -> "all requests to all APIs of the account";
            case "api" ->
                "all requests to all stages of API "
                        + refusal.what().method().stage().apiId();
            case "stage" -> "all requests to " + stage();
            case "fair-share" -> "the keys that send requests to " + stage() + ", by the weights of their plans";
            case "method" -> "all requests to " + method() + ", whoever sends them";
            case "key-method" -> "all requests of " + keyInPlan() + " to " + method();
            default -> "all requests of " + keyInPlan() + ", over all stages of the plan";
        };
    }

    /** What to do about it. */
    String advice() {
        RefusalCase what = refusal.what();
        String plan = what.planId();
        return switch (what.reason()) {
            case RATE -> rateAdvice();
            case QUOTA ->
                "Wait for the next period, grant more for this one (aws apigateway update-usage), or raise the quota of"
                        + " usage plan " + plan + " (aws apigateway update-usage-plan).";
            case FAIR_SHARE ->
                "Send less while the stage is busy, give usage plan " + plan
                        + " a larger /throttle/weight, or raise the stage's limit (aws apigateway update-stage).";
            case KEY_GUESSED ->
                "Wait, then send a key that exists; gateway.unknownKeyRate says how often an address may guess.";
            case QUOTA_NOT_RESERVED ->
                "Look into the server's log and at the disk of its data folder, then send the request again.";
            case KEY_MISSING -> "Send the value of an API key in the header x-api-key.";
            case KEY_REPEATED -> "Send the header x-api-key once.";
            case KEY_UNKNOWN ->
                "Compare the value with the server's keys (aws apigateway get-api-keys --include-values).";
            case KEY_DISABLED -> "Enable the key (aws apigateway update-api-key), or send another.";
            case KEY_WITHOUT_PLAN ->
                "Add the key to a usage plan of the stage (aws apigateway create-usage-plan-key), or the stage to its"
                        + " plan (aws apigateway update-usage-plan).";
        };
    }

    private String rateAdvice() {
        String never = refusal.waitNanos() == LoggedRefusal.NEVER ? "Waiting does not help; r" : "Send less, or r";
        return never
                + switch (refusal.what().policy()) {
                    case "account" -> "aise the account's limit (aws apigateway update-account).";
                    case "api" -> "aise the API's limit (aws apigateway update-rest-api).";
                    case "stage" -> "aise the stage's limit (aws apigateway update-stage).";
                    case "method" ->
                        "aise the method's limit in the stage's method settings (aws apigateway update-stage).";
                    default ->
                        "aise the throttle of usage plan " + refusal.what().planId()
                                + " (aws apigateway update-usage-plan).";
                };
    }

    private String level() {
        return switch (refusal.what().policy()) {
            case "account" -> "the account";
            case "api" -> "API " + refusal.what().method().stage().apiId();
            case "stage" -> "the stage";
            case "method" -> "the method";
            case "key-method" -> keyInPlan() + " for this method";
            default -> keyInPlan();
        };
    }

    private String limitInWords() {
        return refusal.what().levels().stream()
                .filter(level -> level.policy().equals(refusal.what().policy()))
                .findFirst()
                .map(level -> " (" + Explanation.inWords(level.limit()) + ")")
                .orElse("");
    }

    private String quotaInWords() {
        QuotaLimit quota = refusal.what().quota();
        return quota == null ? "" : " (" + quota.limit() + " requests a " + quota.period() + ")";
    }

    private String keyInPlan() {
        return "key " + refusal.keyId() + " in usage plan " + refusal.what().planId();
    }

    private String method() {
        RefusalCase.Method method = refusal.what().method();
        return method.httpMethod() + " " + method.resourcePath() + " of " + stage();
    }

    private String stage() {
        return "stage " + refusal.what().method().stage().stageName() + " of API "
                + refusal.what().method().stage().apiId();
    }
}
