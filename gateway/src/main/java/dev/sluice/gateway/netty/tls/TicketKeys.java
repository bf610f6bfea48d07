/*
 * SPDX-FileCopyrightText: The Sluice authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.sluice.gateway.netty.tls;

import dev.sluice.gateway.ServerCertificate;
import dev.sluice.limits.NanoClock;
import io.netty.handler.ssl.OpenSslSessionTicketKey;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.MessageDigest;
import java.security.SecureRandom;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Arrays;
import java.util.Deque;
import javax.crypto.KDF;
import javax.crypto.SecretKey;
import javax.crypto.spec.HKDFParameterSpec;
import javax.crypto.spec.SecretKeySpec;

/**
 * The keys that seal session tickets (RFC 5077, RFC 8446 section 4.6.1). Each period draws a secret, which never leaves memory; the two before it
 * still open what they sealed. Of a secret each certificate has a key of its own, so that a ticket is good for the same certificate
 * only: after a reload of an unchanged one it still is, under another name's it never is. Not thread-safe.
 */
final class TicketKeys {
    private static final int KEPT = 3;
    private static final int SECRET_BYTES = 32;
    private static final byte[] PURPOSE = "sluice session ticket".getBytes(StandardCharsets.US_ASCII);

    private final NanoClock clock;
    private final long periodNanos;
    private final SecureRandom random;
    private final Deque<SecretKey> secrets = new ArrayDeque<>(KEPT + 1);
    private long drawnNanos;

    TicketKeys(NanoClock clock, Duration period, SecureRandom random) {
        this.clock = clock;
        this.periodNanos = period.toNanos();
        this.random = random;
        drawnNanos = clock.nanoTime();
        draw();
    }

    /** Draws a secret for each period that has begun since the last one; whether there was any. */
    boolean rotateIfDue() {
        long periods = (clock.nanoTime() - drawnNanos) / periodNanos;
        for (long i = 0; i < Math.min(periods, KEPT); i++) {
            draw();
        }
        drawnNanos += periods * periodNanos;
        return periods > 0;
    }

    /** The key that seals first, then those that only open. */
    OpenSslSessionTicketKey[] of(ServerCertificate certificate) {
        try {
            MessageDigest info = MessageDigest.getInstance("SHA-256");
            info.update(PURPOSE);
            info.update(certificate.chain().getFirst().getEncoded());
            byte[] purpose = info.digest();
            OpenSslSessionTicketKey[] keys = new OpenSslSessionTicketKey[secrets.size()];
            int next = 0;
            for (SecretKey secret : secrets) {
                keys[next++] = derived(secret, purpose);
            }
            return keys;
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException("this Java has no HKDF-SHA256", e);
        }
    }

    private static OpenSslSessionTicketKey derived(SecretKey secret, byte[] info) throws GeneralSecurityException {
        int name = OpenSslSessionTicketKey.NAME_SIZE;
        int hmac = name + OpenSslSessionTicketKey.HMAC_KEY_SIZE;
        int aes = hmac + OpenSslSessionTicketKey.AES_KEY_SIZE;
        byte[] bytes = KDF.getInstance("HKDF-SHA256").deriveData(HKDFParameterSpec.expandOnly(secret, info, aes));
        return new OpenSslSessionTicketKey(
                Arrays.copyOf(bytes, name),
                Arrays.copyOfRange(bytes, name, hmac),
                Arrays.copyOfRange(bytes, hmac, aes));
    }

    private void draw() {
        byte[] secret = new byte[SECRET_BYTES];
        random.nextBytes(secret);
        secrets.addFirst(new SecretKeySpec(secret, "HKDF-SHA256"));
        if (secrets.size() > KEPT) {
            secrets.removeLast();
        }
    }
}
