/*
 * SPDX-FileCopyrightText: The Sluice authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.sluice.gateway.filter;

import java.util.Optional;

/**
 * The one form of a request path that routing, limits, logs and upstreams see.
 *
 * <p>Percent-encoded unreserved characters are decoded, other encodings get upper-case digits, characters that should have been encoded
 * are, doubled slashes collapse, and a trailing slash goes. What some server could take for a step up or down the tree is refused: a segment
 * that is {@code .} or {@code ..}, also encoded, encoded again, behind an encoded slash or backslash, or before a semicolon; so are bare
 * backslashes, fragments, broken encodings, encoded control characters, UTF-8 that is longer than it need be (RFC 3629), and what is
 * encoded more than {@value #MAX_DEPTH} times over.
 */
public final class CanonicalPath {
    private static final String UNSAFE = "\"<>^`{|}";

    private static final int MAX_DEPTH = 4;

    private CanonicalPath() {}

    /** Empty when the path is refused. */
    public static Optional<String> of(String rawPath) {
        if (!rawPath.startsWith("/")) {
            return Optional.empty();
        }
        if (isCanonical(rawPath)) {
            return Optional.of(rawPath);
        }
        StringBuilder path = new StringBuilder(rawPath.length() + 8);
        for (int from = 1; from <= rawPath.length(); ) {
            int slash = rawPath.indexOf('/', from);
            int end = slash < 0 ? rawPath.length() : slash;
            if (end > from) {
                int start = path.append('/').length();
                StringBuilder decoded = new StringBuilder(end - from);
                if (!appendSegment(rawPath, from, end, path, decoded) || climbsDecodedAgain(decoded)) {
                    return Optional.empty();
                }
                assert path.length() > start;
            }
            from = end + 1;
        }
        return Optional.of(path.isEmpty() ? "/" : path.toString());
    }

    /** Whether nothing needs a closer look; false negatives only cost time. */
    private static boolean isCanonical(String path) {
        for (int i = 1; i < path.length(); i++) {
            char c = path.charAt(i);
            boolean plain = isUnreserved(c) && (c != '.' || !isDotOrSlash(path.charAt(i - 1)));
            if (!plain && (c != '/' || path.charAt(i - 1) == '/')) {
                return false;
            }
        }
        return path.length() == 1 || path.charAt(path.length() - 1) != '/';
    }

    private static boolean appendSegment(String raw, int from, int end, StringBuilder path, StringBuilder decoded) {
        for (int i = from; i < end; i++) {
            char c = raw.charAt(i);
            if (c == '%') {
                int octet = i + 2 < end ? octet(raw.charAt(i + 1), raw.charAt(i + 2)) : -1;
                char before = decoded.isEmpty() ? 0 : decoded.charAt(decoded.length() - 1);
                if (octet < ' ' || octet == 0x7f || isOverlong(before, octet)) {
                    return false;
                }
                if (isUnreserved((char) octet)) {
                    path.append((char) octet);
                } else {
                    appendEncoded(path, octet);
                }
                decoded.append((char) octet);
                i += 2;
            } else if (c <= ' ' || c >= 0x7f || c == '#' || c == '\\') {
                return false;
            } else {
                if (UNSAFE.indexOf(c) >= 0) {
                    appendEncoded(path, c);
                } else {
                    path.append(c);
                }
                decoded.append(c);
            }
        }
        return true;
    }

    /** Whether the octets begin a character of UTF-8 that fewer could say. */
    private static boolean isOverlong(char before, int octet) {
        return octet == 0xc0
                || octet == 0xc1
                || (before == 0xe0 && octet >= 0x80 && octet < 0xa0)
                || (before == 0xf0 && octet >= 0x80 && octet < 0x90);
    }

    private static boolean climbsDecodedAgain(StringBuilder decoded) {
        for (int depth = 1; !climbs(decoded); depth++) {
            if (!decode(decoded)) {
                return false;
            }
            if (depth == MAX_DEPTH) {
                return true;
            }
        }
        return true;
    }

    /** @return whether there was anything to decode */
    private static boolean decode(StringBuilder text) {
        int to = 0;
        for (int from = 0; from < text.length(); from++) {
            char c = text.charAt(from);
            int octet = c == '%' && from + 2 < text.length() ? octet(text.charAt(from + 1), text.charAt(from + 2)) : -1;
            text.setCharAt(to++, octet < 0 ? c : (char) octet);
            from += octet < 0 ? 0 : 2;
        }
        boolean changed = to < text.length();
        text.setLength(to);
        return changed;
    }

    private static boolean climbs(CharSequence decoded) {
        int length = decoded.length();
        for (int from = 0; from <= length; ) {
            int end = from;
            while (end < length
                    && decoded.charAt(end) != '/'
                    && decoded.charAt(end) != '\\'
                    && decoded.charAt(end) != ';') {
                end++;
            }
            int dots = end - from;
            if ((dots == 1 || dots == 2) && decoded.charAt(from) == '.' && decoded.charAt(end - 1) == '.') {
                return true;
            }
            while (end < length && decoded.charAt(end) != '/' && decoded.charAt(end) != '\\') {
                end++;
            }
            from = end + 1;
        }
        return false;
    }

    private static void appendEncoded(StringBuilder path, int octet) {
        path.append('%').append(hexDigit(octet >> 4)).append(hexDigit(octet & 15));
    }

    private static char hexDigit(int value) {
        return "0123456789ABCDEF".charAt(value);
    }

    private static int octet(char high, char low) {
        int h = high < 0x80 ? Character.digit(high, 16) : -1;
        int l = low < 0x80 ? Character.digit(low, 16) : -1;
        return h < 0 || l < 0 ? -1 : (h << 4) | l;
    }

    private static boolean isDotOrSlash(char c) {
        return c == '.' || c == '/';
    }

    private static boolean isUnreserved(char c) {
        return (c < 0x80 && Character.isLetterOrDigit(c)) || c == '-' || c == '_' || c == '.' || c == '~';
    }
}
