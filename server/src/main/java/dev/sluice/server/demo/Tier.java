/*
 * SPDX-FileCopyrightText: The Sluice authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.sluice.server.demo;

import java.util.List;

/**
 * One of the recipe's usage plans.
 *
 * @param monthlyQuota requests a calendar month
 */
record Tier(String name, int ratePerSecond, int burst, int monthlyQuota) {
    static final List<Tier> ALL = List.of(
            new Tier("Basic", 100, 200, 10_000),
            new Tier("Standard", 500, 1_000, 100_000),
            new Tier("Premium", 2_000, 5_000, 1_000_000));
}
