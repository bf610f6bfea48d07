/*
 * SPDX-FileCopyrightText: The Sluice authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.sluice.control.lambda;

import org.jspecify.annotations.Nullable;

/**
 * One statement of a function's resource policy: who may do what, under which conditions.
 *
 * @param principal a service ({@code apigateway.amazonaws.com}), an account id, an ARN, or {@code *}
 * @param sourceArn a pattern that the caller's ARN must match; null for any caller
 * @param sourceAccount the account that the caller must belong to; null for any
 */
record Permission(
        String statementId,
        String action,
        String principal,
        @Nullable String sourceArn,
        @Nullable String sourceAccount,
        @Nullable String eventSourceToken,
        @Nullable String principalOrgId,
        @Nullable String functionUrlAuthType) {
    private static final String INVOKE = "lambda:InvokeFunction";

    /**
     * Whether it lets a service of an account invoke the function. A condition on something that such a call does not have refuses it.
     *
     * @param sourceArns the ways in which the source may be named; one must match
     */
    boolean allowsInvoke(String service, String account, Iterable<String> sourceArns) {
        boolean who = principal.equals("*") || principal.equals(service);
        boolean what = action.equals(INVOKE) || action.equals("lambda:*") || action.equals("*");
        boolean conditions = eventSourceToken == null && principalOrgId == null && functionUrlAuthType == null;
        return who
                && what
                && conditions
                && (sourceAccount == null || sourceAccount.equals(account))
                && (sourceArn == null || matchesAny(sourceArn, sourceArns));
    }

    private static boolean matchesAny(String pattern, Iterable<String> arns) {
        for (String arn : arns) {
            if (ArnPattern.matches(pattern, arn)) {
                return true;
            }
        }
        return false;
    }
}
