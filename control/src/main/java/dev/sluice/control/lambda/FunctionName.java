/*
 * SPDX-FileCopyrightText: The Sluice authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.sluice.control.lambda;

import dev.sluice.wire.Call;
import dev.sluice.wire.CommonErrors;
import dev.sluice.wire.lambda.LambdaErrors;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * A function as callers name it: by its name, a part of its ARN, or its ARN, each perhaps with a qualifier.
 *
 * @param arn unqualified
 * @param qualifier {@code $LATEST}, a version or an alias; null when none was given
 */
public record FunctionName(
        String name, String arn, @Nullable String qualifier) {
    public static final String LATEST = "$LATEST";

    private static final int MAX_NAME_LENGTH = 64;
    private static final Pattern FORMS = Pattern.compile("(?:arn:aws[a-zA-Z-]*:lambda:)?"
            + "(?:(?<region>[a-z]{2}(?:-[a-z]+)+-\\d):)?(?:(?<account>\\d{12}):)?(?:function:)?"
            + "(?<name>[a-zA-Z0-9_-]+)(?::(?<qualifier>[a-zA-Z0-9$_-]+))?");

    /** @param qualifier the operation's own parameter; must agree with one in {@code text} */
    static FunctionName of(Call call, String text, @Nullable String qualifier) {
        Matcher form = FORMS.matcher(text);
        if (!form.matches()) {
            throw CommonErrors.VALIDATION.with("1 validation error detected: Value '" + text
                    + "' at 'functionName' failed to satisfy constraint: Member must satisfy regular expression pattern: "
                    + FORMS.pattern());
        }
        String name = form.group("name");
        if (name.length() > MAX_NAME_LENGTH) {
            throw LambdaErrors.INVALID_PARAMETER_VALUE.with("1 validation error detected: Value '" + name
                    + "' at 'functionName' failed to satisfy constraint: Member must have length less than or equal to "
                    + MAX_NAME_LENGTH);
        }
        String region = form.group("region");
        if (region != null && !region.equals(call.region())) {
            throw LambdaErrors.RESOURCE_NOT_FOUND.with(
                    "Functions from '" + region + "' are not reachable in this region ('" + call.region() + "')");
        }
        String account = form.group("account");
        if (account != null && !account.equals(call.accountId())) {
            throw CommonErrors.ACCESS_DENIED.with(
                    "account " + account + " is not served here (expected: " + call.accountId() + ")");
        }
        String inText = form.group("qualifier");
        if (inText != null && qualifier != null && !inText.equals(qualifier)) {
            throw LambdaErrors.INVALID_PARAMETER_VALUE.with(
                    "The derived qualifier from the function name does not match the specified qualifier.");
        }
        String arn = "arn:aws:lambda:" + call.region() + ":" + call.accountId() + ":function:" + name;
        return new FunctionName(name, arn, inText != null ? inText : qualifier);
    }

    /**
     * The name within a function's ARN, as integrations have it: what comes after {@code :function:}, without a qualifier. Empty text when
     * the ARN is none of a function.
     */
    public static String nameOf(String arn) {
        Matcher form = FORMS.matcher(arn);
        return form.matches() ? form.group("name") : "";
    }

    /** The qualifier within a function's ARN; null when there is none. */
    public static @Nullable String qualifierOf(String arn) {
        Matcher form = FORMS.matcher(arn);
        return form.matches() ? form.group("qualifier") : null;
    }

    String qualifiedArn() {
        return qualifier == null ? arn : arn + ":" + qualifier;
    }

    boolean latest() {
        return qualifier == null || qualifier.equals(LATEST);
    }
}
