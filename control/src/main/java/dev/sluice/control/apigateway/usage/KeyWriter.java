/*
 * SPDX-FileCopyrightText: The Sluice authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.sluice.control.apigateway.usage;

import static dev.sluice.control.apigateway.usage.UsageKinds.API_KEY;
import static dev.sluice.control.apigateway.usage.UsageKinds.PLAN_KEY;

import dev.sluice.control.Documents;
import dev.sluice.control.Ids;
import dev.sluice.store.Records;
import dev.sluice.store.Row;
import dev.sluice.store.StoreException;
import dev.sluice.store.Transaction;
import dev.sluice.store.Vault;
import dev.sluice.wire.apigateway.ApiGatewayErrors;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.time.InstantSource;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** Checks API keys and writes them, their values sealed and found by fingerprint. Thread-safe. */
final class KeyWriter {
    private static final int MAX_NAME = 1024;
    private static final int MAX_DESCRIPTION = 125_000;
    private static final int MIN_VALUE = 20;
    private static final int MAX_VALUE = 128;
    private static final String FINGERPRINT = "api-key";

    private final Vault vault;
    private final Ids ids;
    private final InstantSource clock;

    KeyWriter(Vault vault, Ids ids, InstantSource clock) {
        this.vault = vault;
        this.ids = ids;
        this.clock = clock;
    }

    /** A key to be made; an absent or empty value is generated. */
    record Draft(
            @Nullable String name,
            @Nullable String description,
            boolean enabled,
            @Nullable String value,
            @Nullable String customerId,
            List<String> stageKeys,
            @Nullable Map<String, String> tags) {}

    /** @throws dev.sluice.wire.ServiceException BadRequestException, or ConflictException when the value exists */
    ApiKeyDocument create(Transaction tx, Draft draft) {
        String value = draft.value() == null || draft.value().isEmpty() ? ids.keyValue() : draft.value();
        check(draft.name(), draft.description(), value);
        String id = ids.restApi();
        while (tx.get(API_KEY.name(), id).isPresent()) {
            id = ids.restApi();
        }
        Instant now = now();
        ApiKeyDocument key = new ApiKeyDocument(
                id,
                draft.name() == null || draft.name().isEmpty() ? null : draft.name(),
                draft.description(),
                draft.enabled(),
                now,
                now,
                vault.seal(recordId(id), value.getBytes(StandardCharsets.UTF_8)),
                draft.customerId(),
                draft.stageKeys(),
                draft.tags());
        put(tx, key, value);
        return key;
    }

    /** Writes a changed key as of now; its value stays. */
    ApiKeyDocument overwrite(Transaction tx, ApiKeyDocument key) {
        String value = value(key);
        check(key.name(), key.description(), value);
        ApiKeyDocument updated = new ApiKeyDocument(
                key.id(),
                key.name(),
                key.description(),
                key.enabled(),
                key.createdDate(),
                now(),
                key.sealedValue(),
                key.customerId(),
                key.stageKeys(),
                key.tags());
        put(tx, updated, value);
        return updated;
    }

    /** Deletes the key and its memberships, which are returned. */
    List<PlanKeyDocument> delete(Transaction tx, String keyId) {
        if (!tx.delete(API_KEY.name(), keyId)) {
            throw ApiKeyOperations.notFound();
        }
        List<PlanKeyDocument> memberships = Memberships.ofKey(tx, keyId);
        for (PlanKeyDocument membership : memberships) {
            Documents.delete(tx, PLAN_KEY, membership.id());
        }
        return memberships;
    }

    /** The key with this value. */
    Optional<ApiKeyDocument> byValue(Records records, String value) {
        List<Row> rows = records.find(API_KEY.name(), UsageKinds.VALUE_INDEX, fingerprint(value));
        return rows.stream().findFirst().map(row -> Documents.decode(API_KEY, row.body()));
    }

    String value(ApiKeyDocument key) {
        return new String(vault.open(recordId(key.id()), key.sealedValue()), StandardCharsets.UTF_8);
    }

    private void put(Transaction tx, ApiKeyDocument key, String value) {
        Map<String, String> indexes = new HashMap<>();
        indexes.put(UsageKinds.VALUE_INDEX, fingerprint(value));
        if (key.name() != null) {
            indexes.put(UsageKinds.NAME_INDEX, key.name());
        }
        try {
            Documents.put(tx, API_KEY, key.id(), key, indexes);
        } catch (StoreException e) {
            if (e.code() == StoreException.Code.DUPLICATE) {
                throw ApiGatewayErrors.CONFLICT.with("API Key already exists");
            }
            throw e;
        }
    }

    private String fingerprint(String value) {
        return vault.fingerprint(FINGERPRINT, value.getBytes(StandardCharsets.UTF_8));
    }

    private static String recordId(String keyId) {
        return API_KEY.name() + "/" + keyId;
    }

    private Instant now() {
        return Instant.ofEpochSecond(clock.instant().getEpochSecond());
    }

    private static void check(@Nullable String name, @Nullable String description, String value) {
        if (name != null && name.length() > MAX_NAME) {
            throw ApiGatewayErrors.BAD_REQUEST.with("Invalid API Key name, can be at most 1024 characters.");
        }
        if (description != null && description.length() > MAX_DESCRIPTION) {
            throw ApiGatewayErrors.BAD_REQUEST.with("Invalid API Key description specified.");
        }
        if (value.length() > MAX_VALUE) {
            throw ApiGatewayErrors.BAD_REQUEST.with("API Key value exceeds maximum size of 128 characters");
        }
        if (value.length() < MIN_VALUE) {
            throw ApiGatewayErrors.BAD_REQUEST.with("API Key value should be at least 20 characters");
        }
        if (!value.chars().allMatch(c -> c > ' ' && c < 0x7f)) {
            throw ApiGatewayErrors.BAD_REQUEST.with(
                    "API Key value holds a character that no header can carry (expected: visible ASCII)");
        }
    }
}
