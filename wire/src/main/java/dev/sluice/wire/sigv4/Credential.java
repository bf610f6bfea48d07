/*
 * SPDX-FileCopyrightText: The Sluice authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.sluice.wire.sigv4;

import dev.sluice.wire.Caller;
import org.jspecify.annotations.Nullable;

/**
 * An access key with its secret and the principal it stands for.
 *
 * @param sessionToken that requests must carry; null for a long-lived key, whose requests must carry none
 */
public record Credential(
        Caller caller, String secretAccessKey, @Nullable String sessionToken) {
    /** Without the secrets. */
    @Override
    public String toString() {
        return "Credential[" + caller + "]";
    }
}
