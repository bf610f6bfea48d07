/*
 * SPDX-FileCopyrightText: The Sluice authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.sluice.metrics;

import java.time.Instant;
import org.jspecify.annotations.Nullable;

/**
 * An alarm and its state.
 *
 * @param configuredAt when it was last put
 */
public record Alarm(AlarmDefinition definition, Instant configuredAt, State state) {
    public String name() {
        return definition.name();
    }

    Alarm with(State changed) {
        return new Alarm(definition, configuredAt, changed);
    }

    /**
     * @param reasonData JSON
     * @param updatedAt when value or reason were last set
     * @param transitionedAt when the value last became another
     */
    public record State(
            AlarmState value, String reason, @Nullable String reasonData, Instant updatedAt, Instant transitionedAt) {}
}
