/*
 * SPDX-FileCopyrightText: The Sluice authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.sluice.gateway.accesslog;

import dev.sluice.gateway.AccessLogFormat;
import dev.sluice.gateway.AccessLogFormat.Part;
import dev.sluice.gateway.AccessLogVariable;
import dev.sluice.gateway.Exchange;
import dev.sluice.gateway.ExchangeEnd;
import dev.sluice.gateway.Stage;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/** Makes lines of ended exchanges; one thread's own. Not thread-safe. */
final class LineWriter {
    private static final DateTimeFormatter CLF =
            DateTimeFormatter.ofPattern("dd/MMM/yyyy:HH:mm:ss xx", Locale.ROOT).withZone(ZoneOffset.UTC);
    private static final String TRACE_ROOT = "Root=";
    private static final String MASK = "****";
    /** Shown of a key. */
    private static final int KEY_TAIL = 6;
    /** Of a shorter key the tail would tell too much; Amazon API Gateway takes none. */
    private static final int MIN_KEY_SHOWN = 20;

    private static final long NANOS_PER_MILLI = 1_000_000;

    private final Line line = new Line();
    private long second = Long.MIN_VALUE;
    private String secondText = "";

    /** The line, with its newline; valid until the next. */
    Line write(AccessLogFormat format, Stage stage, Exchange exchange, ExchangeEnd end) {
        line.clear();
        for (Part part : format.parts()) {
            switch (part) {
                case Part.Literal(byte[] bytes) -> line.literal(bytes);
                case Part.Value(AccessLogVariable variable) -> write(variable, stage, exchange, end);
            }
        }
        line.literal('\n');
        return line;
    }

    private void write(AccessLogVariable variable, Stage stage, Exchange exchange, ExchangeEnd end) {
        switch (variable) {
            case ACCOUNT_ID -> text(stage.id().accountId());
            case API_ID -> text(stage.id().apiId());
            case DEPLOYMENT_ID -> text(stage.deploymentId());
            case BASE_PATH_MATCHED -> text(exchange.basePath());
            case DOMAIN_NAME -> text(exchange.host());
            case DOMAIN_PREFIX -> domainPrefix(exchange.host());
            case ERROR_MESSAGE -> text(end.error() == null ? null : end.error().message());
            case ERROR_MESSAGE_STRING -> quoted(end.error());
            case ERROR_RESPONSE_TYPE ->
                text(end.error() == null ? null : end.error().responseType());
            case EXTENDED_REQUEST_ID -> text(exchange.extendedRequestId());
            case HTTP_METHOD -> text(exchange.httpMethod());
            case API_KEY -> masked(exchange);
            case API_KEY_ID -> text(end.apiKeyId());
            case SOURCE_IP -> text(exchange.sourceIp());
            case USER_AGENT -> text(exchange.header("User-Agent"));
            case INTEGRATION_LATENCY -> millis(end.integrationLatencyNanos());
            case INTEGRATION_SERVICE_STATUS -> status(end.serviceStatus());
            case INTEGRATION_STATUS -> status(end.integrationStatus());
            case PATH -> text(exchange.stagePath());
            case PROTOCOL -> text(exchange.protocol());
            case REQUEST_ID -> text(exchange.requestId());
            case REQUEST_TIME -> text(clf(exchange.receivedAt()));
            case REQUEST_TIME_EPOCH -> line.number(exchange.receivedAt().toEpochMilli());
            case RESOURCE_ID -> text(end.route() == null ? null : end.route().resourceId());
            case RESOURCE_PATH -> text(end.route() == null ? null : end.route().resourcePath());
            case RESPONSE_LATENCY -> millis(end.latencyNanos());
            case RESPONSE_LENGTH -> line.number(end.answerBytes());
            case STAGE -> text(stage.id().stageName());
            case STATUS -> line.number(end.status());
            case TRACE_ID -> traceRoot(exchange.traceId());
            case PLAN_ID -> text(end.usagePlanId());
            case POLICY -> text(end.refusedBy());
            case WOULD_REFUSE_BY -> text(end.wouldRefuseBy());
            case NONE -> unset();
        }
    }

    private void text(@Nullable String value) {
        if (value == null || value.isEmpty()) {
            unset();
        } else {
            line.text(value);
        }
    }

    private void unset() {
        line.literal('-');
    }

    private void quoted(ExchangeEnd.@Nullable Error error) {
        if (error == null) {
            unset();
        } else {
            line.literal('"');
            line.text(error.message());
            line.literal('"');
        }
    }

    private void millis(long nanos) {
        if (nanos < 0) {
            unset();
        } else {
            line.number(nanos / NANOS_PER_MILLI);
        }
    }

    private void status(int status) {
        if (status == 0) {
            unset();
        } else {
            line.number(status);
        }
    }

    private void domainPrefix(String host) {
        int dot = host.indexOf('.');
        text(dot < 0 ? host : host.substring(0, dot));
    }

    /** Only a key that is known and enabled has passed the check that puts it into the exchange. */
    private void masked(Exchange exchange) {
        String presented = exchange.apiKey() == null ? null : exchange.header("x-api-key");
        if (presented == null) {
            unset();
            return;
        }
        line.literal(MASK.getBytes(StandardCharsets.US_ASCII));
        if (presented.length() >= MIN_KEY_SHOWN) {
            line.text(presented, presented.length() - KEY_TAIL, presented.length());
        }
    }

    /** Of {@code Root=1-...;Parent=...} the part that names the trace. */
    private void traceRoot(String traceId) {
        int root = traceId.indexOf(TRACE_ROOT);
        if (root < 0) {
            text(traceId);
            return;
        }
        int from = root + TRACE_ROOT.length();
        int end = traceId.indexOf(';', from);
        text(traceId.substring(from, end < 0 ? traceId.length() : end));
    }

    private String clf(Instant at) {
        if (at.getEpochSecond() != second) {
            second = at.getEpochSecond();
            secondText = CLF.format(at);
        }
        return secondText;
    }
}
