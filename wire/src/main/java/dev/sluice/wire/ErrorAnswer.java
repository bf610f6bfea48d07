/*
 * SPDX-FileCopyrightText: The Sluice authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.sluice.wire;

import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * An error on its way to the caller.
 *
 * @param traits of the service; null when the request did not tell a served one
 */
record ErrorAnswer(
        ErrorShape shape,
        String message,
        Map<String, @Nullable Object> details,
        @Nullable ServiceTraits traits,
        String requestId) {}
