/*
 * SPDX-FileCopyrightText: The Sluice authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.sluice.metrics;

/** What an alarm says; the names are CloudWatch's. */
public enum AlarmState {
    OK,
    ALARM,
    INSUFFICIENT_DATA
}
