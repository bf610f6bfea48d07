/*
 * SPDX-FileCopyrightText: The Sluice authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.sluice.control.apigateway.usage;

import java.time.Instant;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * An API key as stored.
 *
 * @param sealedValue the secret value under the vault
 * @param stageKeys {@code restApiId/stageName}: kept and shown, without effect since usage plans exist
 */
@SuppressWarnings("ArrayRecordComponent") // opaque bytes that nobody compares
record ApiKeyDocument(
        String id,
        @Nullable String name,
        @Nullable String description,
        boolean enabled,
        Instant createdDate,
        Instant lastUpdatedDate,
        byte[] sealedValue,
        @Nullable String customerId,
        List<String> stageKeys,
        @Nullable Map<String, String> tags) {

    ApiKeyDocument {
        stageKeys = stageKeys == null ? List.of() : List.copyOf(stageKeys);
        tags = tags == null ? null : Map.copyOf(tags);
    }

    ApiKeyDocument withTags(Map<String, String> newTags) {
        return new ApiKeyDocument(
                id,
                name,
                description,
                enabled,
                createdDate,
                lastUpdatedDate,
                sealedValue,
                customerId,
                stageKeys,
                newTags);
    }
}
