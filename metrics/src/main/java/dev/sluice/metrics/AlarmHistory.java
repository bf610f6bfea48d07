/*
 * SPDX-FileCopyrightText: The Sluice authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.sluice.metrics;

import java.time.Instant;

/**
 * Something that happened to an alarm.
 *
 * @param data JSON
 */
public record AlarmHistory(String alarmName, Instant timestamp, Type type, String summary, String data) {
    /** What kind of thing happened. */
    public enum Type {
        CONFIGURATION_UPDATE("ConfigurationUpdate"),
        STATE_UPDATE("StateUpdate");

        private final String wireName;

        Type(String wireName) {
            this.wireName = wireName;
        }

        /** CloudWatch's name for it. */
        public String wireName() {
            return wireName;
        }
    }
}
