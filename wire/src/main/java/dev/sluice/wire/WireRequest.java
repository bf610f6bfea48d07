/*
 * SPDX-FileCopyrightText: The Sluice authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.sluice.wire;

import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * An HTTP request as it came in, whole.
 *
 * @param rawPath still percent-encoded, starting with a slash
 * @param rawQuery still percent-encoded, without the question mark; null when there is none
 * @param body not copied; must not be changed
 */
public record WireRequest(
        String method,
        String rawPath,
        @Nullable String rawQuery,
        List<Header> headers,
        byte[] body,
        String remoteAddress) {
    public WireRequest {
        headers = List.copyOf(headers);
    }

    /** The first header of that name. */
    public Optional<String> header(String name) {
        return headers.stream()
                .filter(header -> header.name().equalsIgnoreCase(name))
                .map(Header::value)
                .findFirst();
    }
}
