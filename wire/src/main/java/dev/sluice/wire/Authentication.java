/*
 * SPDX-FileCopyrightText: The Sluice authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.sluice.wire;

import org.jspecify.annotations.Nullable;

/** What an {@link Authenticator} found. */
public sealed interface Authentication {
    /**
     * The signature is right.
     *
     * @param service of the credential scope, as signed
     * @param region of the credential scope, as signed
     */
    record Verified(Caller caller, String service, String region) implements Authentication {}

    /**
     * There is none, or it is not to be trusted.
     *
     * @param service of the credential scope, not verified; null when none can be read
     * @param reason what the caller is told
     */
    record Refused(@Nullable String service, ServiceException reason) implements Authentication {}
}
