/*
 * SPDX-FileCopyrightText: The Sluice authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.sluice.gateway.filter;

import dev.sluice.gateway.Header;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * A request that goes no further.
 *
 * @param policy what refused it, by name; null when it was not a policy
 * @param headers sent beside those of every refusal
 */
public record Refusal(GatewayError error, @Nullable String policy, List<Header> headers) {
    /** One that no policy is behind. */
    public static Refusal of(GatewayError error) {
        return new Refusal(error, null, List.of());
    }
}
