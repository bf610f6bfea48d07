/*
 * SPDX-FileCopyrightText: The Sluice authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.sluice.server.folder;

import java.util.Optional;
import java.util.random.RandomGenerator;
import java.util.regex.Pattern;

/**
 * The access key that the first start makes: signs requests as {@code arn:aws:iam::ACCOUNT:user/administrator}.
 *
 * @param accessKeyId {@code AKIA} and 16 of [A-Z2-7]
 * @param secretAccessKey 40 of [A-Za-z0-9+/]
 */
public record AdministratorKey(String accessKeyId, String secretAccessKey) {
    private static final String ID_PREFIX = "AKIA";
    private static final int ID_RANDOM_LENGTH = 16;
    private static final int SECRET_LENGTH = 40;
    private static final String ID_ALPHABET = "ABCDEFGHIJKLMNOPQRSTUVWXYZ234567";
    private static final String SECRET_ALPHABET = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
    private static final Pattern ID = Pattern.compile("AKIA[A-Z2-7]{16}");
    private static final Pattern SECRET = Pattern.compile("[A-Za-z0-9+/]{40}");

    /** Keeps the key; the secret must be sealed where it is kept. */
    public interface Keeper {
        Optional<AdministratorKey> load();

        /** Durable on return. */
        void save(AdministratorKey key);
    }

    public AdministratorKey {
        if (!ID.matcher(accessKeyId).matches()) {
            throw new IllegalArgumentException("accessKeyId: " + accessKeyId + " (expected: " + ID + ")");
        }
        if (!SECRET.matcher(secretAccessKey).matches()) {
            throw new IllegalArgumentException("secretAccessKey: (expected: " + SECRET + ")");
        }
    }

    /**
     * The kept key, or on the first start a new one, kept before it is returned.
     *
     * @param random a secure source
     */
    public static AdministratorKey loadOrMake(Keeper keeper, RandomGenerator random) {
        return keeper.load().orElseGet(() -> {
            var key = new AdministratorKey(
                    ID_PREFIX + drawn(random, ID_ALPHABET, ID_RANDOM_LENGTH),
                    drawn(random, SECRET_ALPHABET, SECRET_LENGTH));
            keeper.save(key);
            return key;
        });
    }

    private static String drawn(RandomGenerator random, String alphabet, int length) {
        var text = new StringBuilder(length);
        for (var i = 0; i < length; i++) {
            text.append(alphabet.charAt(random.nextInt(alphabet.length())));
        }
        return text.toString();
    }

    @Override
    public String toString() {
        return "AdministratorKey[" + accessKeyId + "]";
    }
}
