/*
 * SPDX-FileCopyrightText: The Sluice authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.sluice.server.admin;

import java.nio.charset.StandardCharsets;
import java.util.List;

/**
 * A whole answer; the server adds {@code Date}, {@code Content-Length} and {@code Connection}.
 *
 * @param status 200 to 599
 */
public record AdminResponse(int status, List<AdminHeader> headers, byte[] body) {
    public AdminResponse {
        if (status < 200 || status > 599) {
            throw new IllegalArgumentException("status: " + status + " (expected: 200 to 599)");
        }
        headers = List.copyOf(headers);
    }

    public static AdminResponse text(int status, String contentType, String text) {
        return new AdminResponse(
                status, List.of(new AdminHeader("Content-Type", contentType)), text.getBytes(StandardCharsets.UTF_8));
    }
}
