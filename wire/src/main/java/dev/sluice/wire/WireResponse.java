/*
 * SPDX-FileCopyrightText: The Sluice authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.sluice.wire;

import java.util.List;
import java.util.Optional;

/**
 * An HTTP response, whole; the server adds what is its own (Content-Length, Date, Connection).
 *
 * @param body not copied; must not be changed
 */
public record WireResponse(int status, List<Header> headers, byte[] body) {
    public WireResponse {
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
