/*
 * SPDX-FileCopyrightText: The Sluice authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.sluice.server.admin;

import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * A whole request, undecoded.
 *
 * @param rawPath as sent, begins with a slash
 * @param rawQuery as sent, without the question mark; null when there is none
 * @param headers in the order sent
 * @param body owned by the receiver
 * @param remoteAddress the client's IP address
 */
public record AdminRequest(
        String method,
        String rawPath,
        @Nullable String rawQuery,
        List<AdminHeader> headers,
        byte[] body,
        String remoteAddress) {
    public AdminRequest {
        headers = List.copyOf(headers);
    }

    /** The first value of a header; names have no case. */
    public Optional<String> header(String name) {
        return headers.stream()
                .filter(header -> header.name().equalsIgnoreCase(name))
                .map(AdminHeader::value)
                .findFirst();
    }
}
