/*
 * SPDX-FileCopyrightText: The Sluice authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.sluice.control.apigateway;

import dev.sluice.gateway.AccessLogFormat;
import dev.sluice.gateway.AccessLogging;
import dev.sluice.wire.ServiceException;
import dev.sluice.wire.apigateway.AccessLogSettings;
import dev.sluice.wire.apigateway.ApiGatewayErrors;
import dev.sluice.wire.apigateway.Stage;
import java.nio.charset.StandardCharsets;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * What a stage's access log may be, and what the data plane makes of it: a log of the name of the CloudWatch log group or Firehose stream
 * that AWS would write to.
 */
final class AccessLogs {
    private static final Logger LOG = LoggerFactory.getLogger(AccessLogs.class);
    /** "Size of access log template" among API Gateway's quotas. */
    private static final int MAX_FORMAT_BYTES = 3 * 1024;

    private static final String ARN_START = "arn:aws[a-z-]*:";
    private static final Pattern LOG_GROUP =
            Pattern.compile(ARN_START + "logs:[^:]+:[^:]*:log-group:([A-Za-z0-9_/.#-]{1,512})(?::\\*)?");
    private static final Pattern STREAM =
            Pattern.compile(ARN_START + "firehose:[^:]+:[^:]*:deliverystream/([A-Za-z0-9_.-]{1,64})");
    private static final String STREAM_PREFIX = "amazon-apigateway-";

    private AccessLogs() {}

    /** Each member alone is stored; what is there has to be of AWS's form. */
    static void check(@Nullable AccessLogSettings settings) {
        if (settings == null) {
            return;
        }
        if (settings.format() != null) {
            checkFormat(settings.format());
        }
        String destination = settings.destinationArn();
        if (destination != null && !LOG_GROUP.matcher(destination).matches()) {
            Matcher stream = STREAM.matcher(destination);
            if (!stream.matches()) {
                throw invalid(
                        "The ARN must be a valid CloudWatch Logs log group or Kinesis Data Firehose delivery stream");
            }
            if (!stream.group(1).startsWith(STREAM_PREFIX)) {
                throw invalid(
                        "Kinesis Firehose delivery stream name must begin with the characters '" + STREAM_PREFIX + "'");
            }
        }
    }

    private static void checkFormat(String format) {
        if (!format.contains("$context.requestId") && !format.contains("$context.extendedRequestId")) {
            throw invalid("Access Log format must include either $context.requestId or $context.extendedRequestId");
        }
        if (format.getBytes(StandardCharsets.UTF_8).length > MAX_FORMAT_BYTES) {
            throw invalid("Access Log format must not be larger than " + MAX_FORMAT_BYTES + " bytes");
        }
        try {
            AccessLogFormat.of(format);
        } catch (IllegalArgumentException _) {
            throw invalid(
                    "Access Log format must be single line, new line character is allowed only at end of the format");
        }
    }

    /** Null where the stage does not log, as it does not say both where to and what; or not as {@link #check} wants it. */
    static @Nullable AccessLogging of(Stage stage) {
        AccessLogSettings settings = stage.accessLogSettings();
        if (settings == null || settings.destinationArn() == null || settings.format() == null) {
            return null;
        }
        try {
            return new AccessLogging(name(settings.destinationArn()), AccessLogFormat.of(settings.format()));
        } catch (IllegalArgumentException e) {
            LOG.warn("stage {} has no access log: {}", stage.stageName(), e.getMessage());
            return null;
        }
    }

    private static String name(String destination) {
        Matcher group = LOG_GROUP.matcher(destination);
        if (group.matches()) {
            return group.group(1);
        }
        Matcher stream = STREAM.matcher(destination);
        return stream.matches() ? stream.group(1) : destination;
    }

    private static ServiceException invalid(String message) {
        return ApiGatewayErrors.BAD_REQUEST.with(message);
    }
}
