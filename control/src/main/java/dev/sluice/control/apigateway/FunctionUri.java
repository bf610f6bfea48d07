/*
 * SPDX-FileCopyrightText: The Sluice authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.sluice.control.apigateway;

import dev.sluice.wire.CommonErrors;
import dev.sluice.wire.apigateway.ApiGatewayErrors;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/** The URI of an AWS_PROXY integration: {@code arn:aws:apigateway:REGION:lambda:path/2015-03-31/functions/ARN/invocations}. */
final class FunctionUri {
    private static final Pattern INVOCATIONS =
            Pattern.compile("arn:aws[a-z-]*:apigateway:[^:]*:lambda:path/2015-03-31/functions/(.+)/invocations");
    private static final int ARN_PARTS = 6;
    private static final int SERVICE = 4;

    private FunctionUri() {}

    static void check(@Nullable String uri) {
        String[] parts = (uri == null ? "" : uri).split(":", ARN_PARTS);
        if (uri == null || parts.length < ARN_PARTS || !parts[0].equals("arn") || !parts[2].equals("apigateway")) {
            throw invalidArn();
        }
        String path = parts[ARN_PARTS - 1];
        if (!path.startsWith("path/") && !path.startsWith("action/")) {
            throw ApiGatewayErrors.BAD_REQUEST.with("AWS ARN for integration must contain path or action");
        }
        if (parts[SERVICE].equals("firehose")) {
            throw CommonErrors.NOT_IMPLEMENTED.with("AWS_PROXY integrations of Firehose are not supported yet");
        }
        if (!parts[SERVICE].equals("lambda")) {
            throw ApiGatewayErrors.BAD_REQUEST.with("Integrations of type 'AWS_PROXY' currently only supports Lambda"
                    + " function and Firehose stream invocations.");
        }
        if (functionArn(uri).isEmpty()) {
            throw invalidArn();
        }
    }

    private static RuntimeException invalidArn() {
        return ApiGatewayErrors.BAD_REQUEST.with("Invalid ARN specified in the request");
    }

    /** The ARN of the function, perhaps with a qualifier. */
    static Optional<String> functionArn(String uri) {
        Matcher matcher = INVOCATIONS.matcher(uri);
        return matcher.matches() ? Optional.of(matcher.group(1)) : Optional.empty();
    }
}
