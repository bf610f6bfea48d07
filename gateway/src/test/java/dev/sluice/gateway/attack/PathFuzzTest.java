/*
 * SPDX-FileCopyrightText: The Sluice authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.sluice.gateway.attack;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.gateway.filter.CanonicalPath;
import java.util.List;
import java.util.Optional;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** Generated paths: each has one form or none, and that form climbs nowhere. */
class PathFuzzTest {
    private static final List<String> PARTS = List.of(
            "/", "/", "/", "//", "2e", "2f", "%252e", ".", "..", "...", "%2e", "%2E", "%2f", "%2F", "%5c", "%5C", "\\",
            ";", "%3b", "a", "B", "%61", "%25", "%2", "%", "%00", "%0d", "%20", "%7f", "%7e", "~", "-", "_", "%c3%a9",
            "<", "|", "%7C", "+", ":", "@", "=", "%c0%ae", "\u00e9", "#", "?", "0", "%30", "%u002e", "*", "'", "(",
            "%28");
    private static final String FREE_TO_ENCODE = "-._~<>\"^`{|}";

    @Test
    void shortly() {
        fuzz(Fuzzing.shortly("paths"));
    }

    @Test
    @Tag("slow")
    void atLength() {
        fuzz(Fuzzing.atLength("paths"));
    }

    private static void fuzz(Fuzzing fuzzing) {
        while (fuzzing.more()) {
            StringBuilder raw = new StringBuilder("/");
            for (int left = fuzzing.below(12); left > 0; left--) {
                raw.append(fuzzing.oneOf(PARTS));
            }
            check(raw.toString(), fuzzing);
        }
    }

    private static void check(String raw, Fuzzing fuzzing) {
        Optional<String> canonical = CanonicalPath.of(raw);
        boolean broken = Pattern.compile("%(?![0-9A-Fa-f]{2})").matcher(raw).find();
        String spelled = broken ? raw : spelledOtherwise(raw, fuzzing);
        assertThat(CanonicalPath.of(spelled))
                .as("%s: %s as %s", fuzzing, raw, spelled)
                .isEqualTo(canonical);
        if (canonical.isPresent()) {
            String path = canonical.get();
            assertThat(CanonicalPath.of(path)).as("%s: %s", fuzzing, raw).contains(path);
            assertThat(path).as("%s: %s", fuzzing, raw).matches("/|(/([A-Za-z0-9._~!$&'()*+,;=:@?-]|%[0-9A-F]{2})+)+");
            assertThat(climbs(path)).as("%s: %s climbs", fuzzing, raw).isFalse();
            for (String before = "", after = path; !after.equals(before); after = decoded(before)) {
                before = after;
                assertThat(climbs(decoded(before)))
                        .as("%s: %s climbs decoded as %s", fuzzing, raw, decoded(before))
                        .isFalse();
            }
        }
    }

    /** The same octets: what need not be encoded is, or not, with digits of any case. */
    private static String spelledOtherwise(String raw, Fuzzing fuzzing) {
        StringBuilder out = new StringBuilder();
        for (int i = 0; i < raw.length(); i++) {
            char c = raw.charAt(i);
            if (c == '%' && isEncoding(raw, i)) {
                char octet = (char) Integer.parseInt(raw.substring(i + 1, i + 3), 16);
                append(out, octet, isFree(octet) ? fuzzing.below(3) : 1 + fuzzing.below(2));
                i += 2;
            } else {
                append(out, c, isFree(c) ? fuzzing.below(3) : 0);
            }
        }
        return out.toString();
    }

    private static void append(StringBuilder out, char c, int how) {
        switch (how) {
            case 0 -> out.append(c);
            case 1 -> out.append(String.format("%%%02x", (int) c));
            default -> out.append(String.format("%%%02X", (int) c));
        }
    }

    private static boolean isFree(char c) {
        return (c < 0x80 && Character.isLetterOrDigit(c)) || FREE_TO_ENCODE.indexOf(c) >= 0;
    }

    private static boolean isEncoding(String text, int at) {
        return at + 2 < text.length()
                && "0123456789abcdefABCDEF".indexOf(text.charAt(at + 1)) >= 0
                && "0123456789abcdefABCDEF".indexOf(text.charAt(at + 2)) >= 0;
    }

    static String decoded(String path) {
        StringBuilder out = new StringBuilder();
        for (int i = 0; i < path.length(); i++) {
            if (path.charAt(i) == '%' && isEncoding(path, i)) {
                out.append((char) Integer.parseInt(path.substring(i + 1, i + 3), 16));
                i += 2;
            } else {
                out.append(path.charAt(i));
            }
        }
        return out.toString();
    }

    /** Whether a server that takes backslashes for slashes and drops what follows a semicolon sees a step up or down. */
    static boolean climbs(String path) {
        for (String segment : path.split("[/\\\\]", -1)) {
            int semicolon = segment.indexOf(';');
            String name = semicolon < 0 ? segment : segment.substring(0, semicolon);
            if (name.equals(".") || name.equals("..")) {
                return true;
            }
        }
        return false;
    }
}
