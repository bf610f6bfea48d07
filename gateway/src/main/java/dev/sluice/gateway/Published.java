/*
 * SPDX-FileCopyrightText: The Sluice authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.sluice.gateway;

import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;

/** What the data plane serves now. Thread-safe: readers take no lock; each change is O(1) and live when the call returns. */
public final class Published {
    private final Map<Name, Stage> stages = new ConcurrentHashMap<>();
    private final KeyTable keys = KeyTable.create();

    /** Serves a stage from now on, in place of the one with the same API id and name. */
    public void publish(Stage stage) {
        stages.put(new Name(stage.id().apiId(), stage.id().stageName()), stage);
    }

    /** Does nothing when there is none. */
    public void withdraw(String apiId, String stageName) {
        stages.remove(new Name(apiId, stageName));
    }

    public Optional<Stage> stage(String apiId, String stageName) {
        return Optional.ofNullable(stages.get(new Name(apiId, stageName)));
    }

    /** Knows a key from now on, in place of the one with the same id. No two keys may have the same value. */
    public void publishKey(ApiKey key) {
        keys.put(key);
    }

    /** Does nothing when there is none. */
    public void withdrawKey(String keyId) {
        keys.remove(keyId);
    }

    /** The key with exactly this value, enabled or not; an unknown one leaves no trace. */
    public Optional<ApiKey> key(byte[] presented) {
        return Optional.ofNullable(keys.find(presented));
    }

    private record Name(String apiId, String stageName) {}
}
