/*
 * SPDX-FileCopyrightText: The Sluice authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.sluice.gateway;

import java.util.HashMap;
import java.util.Map;

/**
 * What a line of an access log can tell: Amazon API Gateway's {@code $context} variables, as far as there is something to tell here, and
 * Sluice's own below {@code $context.sluice}. Names are case-sensitive. Source: "Variables for access logging for API Gateway".
 */
public enum AccessLogVariable {
    ACCOUNT_ID("accountId"),
    API_ID("apiId"),
    DEPLOYMENT_ID("deploymentId"),
    /** Of the custom domain, as the mapping has it. */
    BASE_PATH_MATCHED("customDomain.basePathMatched"),
    /** The host asked for. */
    DOMAIN_NAME("domainName"),
    /** Its first label. */
    DOMAIN_PREFIX("domainPrefix"),
    ERROR_MESSAGE("error.message"),
    /** The message in double quotes. */
    ERROR_MESSAGE_STRING("error.messageString"),
    /** The type of gateway response. */
    ERROR_RESPONSE_TYPE("error.responseType"),
    EXTENDED_REQUEST_ID("extendedRequestId"),
    HTTP_METHOD("httpMethod"),
    /** Masked, but for its last characters. */
    API_KEY("identity.apiKey"),
    API_KEY_ID("identity.apiKeyId"),
    SOURCE_IP("identity.sourceIp"),
    USER_AGENT("identity.userAgent"),
    INTEGRATION_LATENCY("integrationLatency", "integration.latency"),
    /** Of the service that ran the function; of another integration the same as {@link #INTEGRATION_STATUS}. */
    INTEGRATION_SERVICE_STATUS("integrationStatus", "integration.integrationStatus"),
    /** What the integration answered: the function itself, where it is one. */
    INTEGRATION_STATUS("integration.status"),
    /** With the stage before it, or whole by a custom domain, as it was sent, without the query. */
    PATH("path"),
    PROTOCOL("protocol"),
    REQUEST_ID("requestId"),
    /** In the Common Log Format, {@code dd/MMM/yyyy:HH:mm:ss +0000}. */
    REQUEST_TIME("requestTime"),
    /** In milliseconds. */
    REQUEST_TIME_EPOCH("requestTimeEpoch"),
    RESOURCE_ID("resourceId"),
    RESOURCE_PATH("resourcePath"),
    /** In milliseconds. */
    RESPONSE_LATENCY("responseLatency"),
    /** Of the body, in bytes. */
    RESPONSE_LENGTH("responseLength"),
    STAGE("stage"),
    STATUS("status"),
    TRACE_ID("xrayTraceId"),
    /** The usage plan that the key belongs to for this stage. */
    PLAN_ID("sluice.planId"),
    /** The limit that refused, by its policy name. */
    POLICY("sluice.policy"),
    /** The limit on trial that would have refused. */
    WOULD_REFUSE_BY("sluice.wouldRefuseBy"),
    /** Any other name: there is never a value. */
    NONE;

    private static final Map<String, AccessLogVariable> BY_NAME = byName();

    private final String[] names;

    AccessLogVariable(String... names) {
        this.names = names;
    }

    /** @param name what follows {@code $context.} */
    static AccessLogVariable named(String name) {
        return BY_NAME.getOrDefault(name, NONE);
    }

    private static Map<String, AccessLogVariable> byName() {
        Map<String, AccessLogVariable> all = new HashMap<>();
        for (AccessLogVariable variable : values()) {
            for (String name : variable.names) {
                all.put(name, variable);
            }
        }
        return Map.copyOf(all);
    }
}
