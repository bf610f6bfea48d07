/*
 * SPDX-FileCopyrightText: The Sluice authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.sluice.gateway.filter;

import dev.sluice.gateway.ExchangeEnd;
import org.jspecify.annotations.Nullable;

/**
 * The answers that the gateway itself gives, byte for byte those that Amazon API Gateway is recorded to give: what it renders from a
 * template has no space after the colon, what is fixed in it has one.
 */
public enum GatewayError {
    THROTTLED(429, "TooManyRequestsException", "{\"message\":\"Too Many Requests\"}"),
    QUOTA_EXCEEDED(429, "LimitExceededException", "{\"message\":\"Limit Exceeded\"}"),
    INVALID_API_KEY(403, "ForbiddenException", "{\"message\":\"Forbidden\"}"),
    UNKNOWN_STAGE(403, "ForbiddenException", "{\"message\":\"Forbidden\"}"),
    MISSING_AUTHENTICATION_TOKEN(
            403, "MissingAuthenticationTokenException", "{\"message\":\"Missing Authentication Token\"}"),
    INTEGRATION_TIMEOUT(504, "InternalServerErrorException", "{\"message\": \"Endpoint request timed out\"}"),
    INTEGRATION_FAILURE(
            504, "InternalServerErrorException", "{\"message\": \"Network error communicating with endpoint\"}"),
    API_CONFIGURATION_ERROR(500, "InternalServerErrorException", "{\"message\": \"Internal server error\"}"),
    /** The integration answered something that is no answer. */
    BAD_INTEGRATION_ANSWER(502, "InternalServerErrorException", "{\"message\": \"Internal server error\"}"),
    /** The gateway itself has no room for the request. */
    OVERLOADED(503, "ServiceUnavailableException", "{\"message\": \"Service Unavailable\"}"),
    /** The integration takes less than the gateway. */
    REQUEST_TOO_LARGE(413, "BadRequestException", "{\"message\": \"Request Too Long\"}"),
    /** The gateway takes less; plain text, and the body names the bound. */
    CONTENT_TOO_LARGE(413, null, "HTTP content length exceeded %d bytes."),
    URI_TOO_LONG(414, null, "Request URI too long"),
    BAD_REQUEST(400, "BadRequestException", "{\"message\": \"Bad Request\"}"),
    REQUEST_TIMEOUT(408, "RequestTimeoutException", "{\"message\": \"Request Timeout\"}"),
    EXPECTATION_FAILED(417, "BadRequestException", "{\"message\": \"Expectation Failed\"}"),
    HEADERS_TOO_LARGE(431, "BadRequestException", "{\"message\": \"Request Header Fields Too Large\"}");

    private final int status;
    private final @Nullable String errorType;
    private final String body;
    private final ExchangeEnd.Error told;

    GatewayError(int status, @Nullable String errorType, String body) {
        this.status = status;
        this.errorType = errorType;
        this.body = body;
        this.told = new ExchangeEnd.Error(responseType(name(), status), message(body));
    }

    /** API Gateway's name for it; the general ones for what has none of its own there. */
    private static String responseType(String name, int status) {
        return switch (name) {
            case "THROTTLED",
                    "QUOTA_EXCEEDED",
                    "INVALID_API_KEY",
                    "MISSING_AUTHENTICATION_TOKEN",
                    "INTEGRATION_TIMEOUT",
                    "INTEGRATION_FAILURE",
                    "API_CONFIGURATION_ERROR",
                    "REQUEST_TOO_LARGE" -> name;
            case "CONTENT_TOO_LARGE" -> "REQUEST_TOO_LARGE";
            default -> status < 500 ? "DEFAULT_4XX" : "DEFAULT_5XX";
        };
    }

    /** What is between the last two quotes of a JSON body; a plain text up to its bound. */
    private static String message(String body) {
        if (body.startsWith("{")) {
            int end = body.lastIndexOf('"');
            return body.substring(body.lastIndexOf('"', end - 1) + 1, end);
        }
        return body.replace(" %d bytes.", "");
    }

    /** What listeners hear of it. */
    public ExchangeEnd.Error told() {
        return told;
    }

    public int status() {
        return status;
    }

    /** The {@code x-amzn-ErrorType}; null for the answers that carry no {@code x-amzn} header. */
    public @Nullable String errorType() {
        return errorType;
    }

    public String contentType() {
        return errorType == null ? "text; charset=utf-8" : "application/json";
    }

    /** @param maxBodyBytes the bound that {@link #CONTENT_TOO_LARGE} names */
    public String body(long maxBodyBytes) {
        return this == CONTENT_TOO_LARGE ? body.replace("%d", Long.toString(maxBodyBytes)) : body;
    }
}
