/*
 * SPDX-FileCopyrightText: The Sluice authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.sluice.control.lambda;

/** IAM's {@code ArnLike}: each of the six parts of an ARN is compared by itself, with {@code *} for any text and {@code ?} for any character. */
final class ArnPattern {
    private static final int PARTS = 6;

    private ArnPattern() {}

    static boolean matches(String pattern, String arn) {
        String[] patterns = pattern.split(":", PARTS);
        String[] parts = arn.split(":", PARTS);
        if (patterns.length != PARTS || parts.length != PARTS) {
            return false;
        }
        for (int i = 0; i < PARTS; i++) {
            if (!like(patterns[i], parts[i])) {
                return false;
            }
        }
        return true;
    }

    /** Goes back to the last star only, so its time is at most the product of the lengths. */
    private static boolean like(String pattern, String text) {
        int p = 0;
        int t = 0;
        int star = -1;
        int starText = 0;
        while (t < text.length()) {
            if (p < pattern.length() && pattern.charAt(p) == '*') {
                star = p++;
                starText = t;
            } else if (p < pattern.length() && (pattern.charAt(p) == '?' || pattern.charAt(p) == text.charAt(t))) {
                p++;
                t++;
            } else if (star >= 0) {
                p = star + 1;
                t = ++starText;
            } else {
                return false;
            }
        }
        while (p < pattern.length() && pattern.charAt(p) == '*') {
            p++;
        }
        return p == pattern.length();
    }
}
