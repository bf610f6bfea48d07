/*
 * SPDX-FileCopyrightText: The Sluice authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.sluice.control;

import java.security.SecureRandom;
import java.util.UUID;

/** Makes the identifiers that AWS's services make, in their alphabets and lengths. Thread-safe. */
public final class Ids {
    private static final String LOWER_ALPHANUMERIC = "abcdefghijklmnopqrstuvwxyz0123456789";
    private static final String ALPHANUMERIC = "ABCDEFGHIJKLMNOPQRSTUVWXYZ" + LOWER_ALPHANUMERIC;
    private static final int REST_API_LENGTH = 10;
    private static final int SHORT_LENGTH = 6;
    private static final int KEY_VALUE_LENGTH = 40;

    private final SecureRandom random;

    public Ids(SecureRandom random) {
        this.random = random;
    }

    /** Of a REST API, API key or usage plan id's size that must not collide: 10 of {@code [a-z0-9]}. */
    public String restApi() {
        return text(LOWER_ALPHANUMERIC, REST_API_LENGTH);
    }

    /** Of anything below an API (resource, deployment) and of a usage plan: 6 of {@code [a-z0-9]}; check for collisions. */
    public String shortId() {
        return text(LOWER_ALPHANUMERIC, SHORT_LENGTH);
    }

    /** The secret value of an API key: 40 alphanumerics, 238 bits. */
    public String keyValue() {
        return text(ALPHANUMERIC, KEY_VALUE_LENGTH);
    }

    public String uuid() {
        return UUID.randomUUID().toString();
    }

    private String text(String alphabet, int length) {
        StringBuilder text = new StringBuilder(length);
        for (int i = 0; i < length; i++) {
            text.append(alphabet.charAt(random.nextInt(alphabet.length())));
        }
        return text.toString();
    }
}
