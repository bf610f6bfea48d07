/*
 * SPDX-FileCopyrightText: The Sluice authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.sluice.control.apigateway;

import dev.sluice.control.Documents;
import dev.sluice.store.Records;
import dev.sluice.wire.CommonErrors;
import dev.sluice.wire.ServiceException;
import dev.sluice.wire.apigateway.AccessLogSettings;
import dev.sluice.wire.apigateway.ApiGatewayErrors;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/** What the members of a stage may be. */
final class StageRules {
    private static final Pattern NAME = Pattern.compile("[A-Za-z0-9_-]{1,128}");
    private static final Pattern LOG_DESTINATION =
            Pattern.compile("arn:aws[a-z-]*:(?:logs:[^:]+:[^:]*:log-group:.+|firehose:[^:]+:[^:]*:deliverystream/.+)");
    private static final String FIREHOSE_NAME = ":deliverystream/amazon-apigateway-";

    private StageRules() {}

    static String name(@Nullable String name) {
        if (name == null || !NAME.matcher(name).matches()) {
            throw ApiGatewayErrors.BAD_REQUEST.with("Stage name only allows a-zA-Z0-9_");
        }
        return name;
    }

    static String deployment(Records records, String apiId, @Nullable String deploymentId) {
        if (deploymentId == null
                || Documents.get(records, ApiGatewayKinds.DEPLOYMENT, ApiGatewayKinds.childId(apiId, deploymentId))
                        .isEmpty()) {
            throw ApiGatewayErrors.BAD_REQUEST.with("Deployment id does not exist");
        }
        return deploymentId;
    }

    /** Each member alone is stored; what is there has to be of AWS's form. */
    static @Nullable AccessLogSettings accessLog(@Nullable AccessLogSettings settings) {
        if (settings == null) {
            return null;
        }
        String format = settings.format();
        if (format != null
                && !format.contains("$context.requestId")
                && !format.contains("$context.extendedRequestId")) {
            throw ApiGatewayErrors.BAD_REQUEST.with(
                    "Access Log format must include either $context.requestId or $context.extendedRequestId");
        }
        String destination = settings.destinationArn();
        if (destination != null && !LOG_DESTINATION.matcher(destination).matches()) {
            throw ApiGatewayErrors.BAD_REQUEST.with(
                    "The ARN must be a valid CloudWatch Logs log group or Kinesis Data Firehose delivery stream");
        }
        if (destination != null && destination.contains(":firehose:") && !destination.contains(FIREHOSE_NAME)) {
            throw ApiGatewayErrors.BAD_REQUEST.with(
                    "Kinesis Firehose delivery stream name must begin with the characters 'amazon-apigateway-'");
        }
        return settings;
    }

    static ServiceException canaryUnsupported() {
        return CommonErrors.NOT_IMPLEMENTED.with("Canary releases are not supported yet");
    }
}
