/*
 * SPDX-FileCopyrightText: The Sluice authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.sluice.control.lambda;

import dev.sluice.control.Documents;
import dev.sluice.store.Records;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * A function as it is kept, under its name.
 *
 * @param revisionId changes with every change, permissions included; what callers lock by
 * @param generation changes with code and configuration only; environments of another one are stale
 */
record FunctionDocument(
        String name,
        String arn,
        Configuration configuration,
        Code code,
        Map<String, String> tags,
        Instant lastModified,
        String revisionId,
        String generation,
        List<Permission> permissions) {
    static final Documents.Kind<FunctionDocument> KIND =
            new Documents.Kind<>("lambda-function", FunctionDocument.class);

    /**
     * What UpdateFunctionConfiguration changes.
     *
     * @param sealedEnvironment the variables as a JSON object, sealed and in base64; null for none
     */
    record Configuration(
            String runtime,
            String role,
            String handler,
            String description,
            int timeoutSeconds,
            int memoryMegabytes,
            @Nullable String sealedEnvironment) {}

    /**
     * The zip.
     *
     * @param sha256 the blob's name, in hexadecimal
     * @param codeSha256 the same in base64, as the API shows it
     * @param previousSha256 the blob before this one, kept for calls that began under it; null when there is none
     */
    record Code(
            String sha256,
            String codeSha256,
            long zippedBytes,
            @Nullable String previousSha256) {}

    static Optional<FunctionDocument> find(Records records, String name) {
        return Documents.get(records, KIND, name);
    }

    FunctionDocument changed(Configuration newConfiguration, Code newCode, Instant when, String revision) {
        return new FunctionDocument(name, arn, newConfiguration, newCode, tags, when, revision, revision, permissions);
    }

    FunctionDocument withPermissions(List<Permission> newPermissions, String revision) {
        return new FunctionDocument(
                name, arn, configuration, code, tags, lastModified, revision, generation, List.copyOf(newPermissions));
    }
}
