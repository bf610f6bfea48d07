/*
 * SPDX-FileCopyrightText: The Sluice authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.sluice.control.iam;

import java.util.Optional;
import java.util.Set;

/** The AWS-managed policies that can be attached here: those for functions and for logging from an API. */
final class ManagedPolicies {
    private static final String PREFIX = "arn:aws:iam::aws:policy/";
    private static final Set<String> NAMES = Set.of(
            "service-role/AmazonAPIGatewayPushToCloudWatchLogs",
            "service-role/AWSLambdaBasicExecutionRole",
            "service-role/AWSLambdaDynamoDBExecutionRole",
            "service-role/AWSLambdaKinesisExecutionRole",
            "service-role/AWSLambdaRole",
            "service-role/AWSLambdaSQSQueueExecutionRole",
            "service-role/AWSLambdaVPCAccessExecutionRole",
            "AdministratorAccess",
            "AmazonAPIGatewayAdministrator",
            "AmazonAPIGatewayInvokeFullAccess",
            "AWSLambda_FullAccess",
            "AWSLambda_ReadOnlyAccess",
            "AWSXRayDaemonWriteAccess",
            "CloudWatchFullAccess",
            "CloudWatchLambdaInsightsExecutionRolePolicy",
            "CloudWatchLogsFullAccess",
            "CloudWatchReadOnlyAccess",
            "PowerUserAccess",
            "ReadOnlyAccess");

    /** Those of them that allow {@code lambda:InvokeFunction} on every function. */
    private static final Set<String> INVOKING =
            Set.of("service-role/AWSLambdaRole", "AWSLambda_FullAccess", "AdministratorAccess", "PowerUserAccess");

    private ManagedPolicies() {}

    static boolean allowsInvokingFunctions(String arn) {
        return arn.startsWith(PREFIX) && INVOKING.contains(arn.substring(PREFIX.length()));
    }

    /** The name of the policy that an ARN means; empty when it is not known here. */
    static Optional<String> name(String arn) {
        if (!arn.startsWith(PREFIX) || !NAMES.contains(arn.substring(PREFIX.length()))) {
            return Optional.empty();
        }
        return Optional.of(lastSegment(arn));
    }

    static String lastSegment(String arn) {
        return arn.substring(arn.lastIndexOf('/') + 1);
    }

    /** The path between {@code policy} and the name, with both slashes. */
    static String path(String arn) {
        int start = arn.indexOf(":policy/") + ":policy".length();
        return arn.substring(start, arn.lastIndexOf('/') + 1);
    }
}
