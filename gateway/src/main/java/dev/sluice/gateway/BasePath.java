/*
 * SPDX-FileCopyrightText: The Sluice authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.sluice.gateway;

import java.util.HexFormat;
import org.jspecify.annotations.Nullable;

/**
 * Where requests below a path of a custom domain go. Immutable.
 *
 * @param text one or more segments without a slash at either end; empty for all paths. Case-sensitive
 * @param stageName null where the path's next segment names the stage
 */
public record BasePath(String text, String apiId, @Nullable String stageName) {
    private static final int ESCAPE_CHARS = 3;

    /** How many segments of a path it takes. */
    public int segments() {
        return text.isEmpty() ? 0 : 1 + (int) text.chars().filter(c -> c == '/').count();
    }

    /**
     * Whether the path is this one or below it. A character matches its percent-encoding, but for the slash, so that one path has one
     * meaning however it is written.
     *
     * @param path canonical: no doubled slashes, no dot segments, every percent sign before two hexadecimal digits
     */
    public boolean matches(String path) {
        int at = 1;
        for (int i = 0; i < text.length(); i++) {
            char wanted = text.charAt(i);
            if (at >= path.length()) {
                return false;
            }
            if (path.charAt(at) == wanted) {
                at++;
            } else if (wanted != '/' && isEscape(path, at, wanted)) {
                at += ESCAPE_CHARS;
            } else {
                return false;
            }
        }
        return text.isEmpty() || at == path.length() || path.charAt(at) == '/';
    }

    private static boolean isEscape(String path, int at, char wanted) {
        return path.charAt(at) == '%'
                && at + ESCAPE_CHARS <= path.length()
                && HexFormat.fromHexDigits(path, at + 1, at + ESCAPE_CHARS) == wanted;
    }
}
