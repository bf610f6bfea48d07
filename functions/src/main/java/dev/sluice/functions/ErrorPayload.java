/*
 * SPDX-FileCopyrightText: The Sluice authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.sluice.functions;

import java.nio.charset.StandardCharsets;
import java.util.Locale;

/** The JSON that a caller gets when the platform, not the user's code, has to say what went wrong. */
final class ErrorPayload {
    private ErrorPayload() {}

    static byte[] of(String errorType, String errorMessage) {
        StringBuilder json = new StringBuilder("{\"errorType\":");
        quote(json, errorType);
        json.append(",\"errorMessage\":");
        quote(json, errorMessage);
        return json.append('}').toString().getBytes(StandardCharsets.UTF_8);
    }

    private static void quote(StringBuilder json, String text) {
        json.append('"');
        for (int i = 0; i < text.length(); i++) {
            char c = text.charAt(i);
            if (c == '"' || c == '\\') {
                json.append('\\').append(c);
            } else if (c < ' ') {
                json.append(String.format(Locale.ROOT, "\\u%04x", (int) c));
            } else {
                json.append(c);
            }
        }
        json.append('"');
    }
}
