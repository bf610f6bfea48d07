/*
 * SPDX-FileCopyrightText: The Sluice authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.sluice.control.iam;

import dev.sluice.control.Documents;
import dev.sluice.store.Records;
import java.time.Instant;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * A role as it is kept, under its name in lower case: names are not distinguished by case.
 *
 * @param path starts and ends with a slash
 * @param trustPolicy JSON as it was given; {@link TrustPolicy} has checked it
 * @param policyArns attached managed policies, in the order of attachment
 */
public record RoleDocument(
        String name,
        String path,
        String arn,
        String uniqueId,
        String trustPolicy,
        @Nullable String description,
        int maxSessionSeconds,
        Map<String, String> tags,
        List<String> policyArns,
        Instant createdAt) {
    static final Documents.Kind<RoleDocument> KIND = new Documents.Kind<>("iam-role", RoleDocument.class);

    static Optional<RoleDocument> find(Records records, String name) {
        return Documents.get(records, KIND, id(name));
    }

    /** The role that an ARN names; empty when there is none, or one by this name under another path or account. */
    public static Optional<RoleDocument> findByArn(Records records, String arn) {
        return find(records, arn.substring(arn.lastIndexOf('/') + 1))
                .filter(role -> role.arn().equals(arn));
    }

    static String id(String name) {
        return name.toLowerCase(Locale.ROOT);
    }

    /** Whether a service, such as {@code lambda.amazonaws.com}, may assume the role. */
    public boolean trusts(String service) {
        return TrustPolicy.parse(trustPolicy) instanceof TrustPolicy.Check.Valid(TrustPolicy policy)
                && policy.trusts(service);
    }

    RoleDocument withPolicies(List<String> arns) {
        return new RoleDocument(
                name,
                path,
                arn,
                uniqueId,
                trustPolicy,
                description,
                maxSessionSeconds,
                tags,
                List.copyOf(arns),
                createdAt);
    }
}
