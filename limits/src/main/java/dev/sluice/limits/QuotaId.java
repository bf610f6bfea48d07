/*
 * SPDX-FileCopyrightText: The Sluice authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.sluice.limits;

/** Names one quota counter: an API key within a usage plan. */
public record QuotaId(String planId, String keyId) {}
