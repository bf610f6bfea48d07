/*
 * SPDX-FileCopyrightText: The Sluice authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.sluice.control.secretsmanager;

import java.util.ArrayList;
import java.util.List;
import java.util.random.RandomGenerator;

/**
 * What a password is made of: groups of characters, each non-empty, none in two groups.
 *
 * @param eachGroup whether the password must have at least one character of every group
 */
record PasswordRules(int length, List<String> groups, boolean eachGroup) {
    static final String LOWERCASE = "abcdefghijklmnopqrstuvwxyz";
    static final String UPPERCASE = "ABCDEFGHIJKLMNOPQRSTUVWXYZ";
    static final String NUMBERS = "0123456789";
    static final String PUNCTUATION = "!\"#$%&'()*+,-./:;<=>?@[\\]^_`{|}~";
    static final String SPACE = " ";

    PasswordRules {
        groups = List.copyOf(groups);
        if (groups.isEmpty() || (eachGroup && length < groups.size())) {
            throw new IllegalArgumentException("length: " + length + " (expected: >= " + groups.size() + " groups)");
        }
    }

    /**
     * A password drawn uniformly from all that obey the rules: candidates are drawn until one does. The worst case, five characters
     * of which four groups have a single one, takes some ten thousand draws; usual ones take a few.
     */
    String generate(RandomGenerator random) {
        String alphabet = String.join("", groups);
        char[] password = new char[length];
        do {
            for (int i = 0; i < length; i++) {
                password[i] = alphabet.charAt(random.nextInt(alphabet.length()));
            }
        } while (eachGroup && !hasEachGroup(password));
        return new String(password);
    }

    private boolean hasEachGroup(char[] password) {
        List<String> missing = new ArrayList<>(groups);
        for (char c : password) {
            missing.removeIf(group -> group.indexOf(c) >= 0);
        }
        return missing.isEmpty();
    }
}
