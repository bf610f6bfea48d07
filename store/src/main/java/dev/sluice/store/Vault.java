/*
 * SPDX-FileCopyrightText: The Sluice authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.sluice.store;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.SecureRandom;
import java.util.HexFormat;
import javax.crypto.AEADBadTagException;
import javax.crypto.Cipher;
import javax.crypto.KDF;
import javax.crypto.Mac;
import javax.crypto.SecretKey;
import javax.crypto.spec.GCMParameterSpec;
import javax.crypto.spec.HKDFParameterSpec;

/**
 * Seals secrets for storage. A sealed value is a version byte, a random nonce of 96 bits, then AES-256-GCM's text and tag; the record's id
 * is its associated data, so a value moved to another record does not open. Thread-safe.
 */
public final class Vault {
    private static final byte VERSION = 1;
    private static final int NONCE_BYTES = 12;
    private static final int TAG_BITS = 128;
    private static final int MIN_BYTES = 1 + NONCE_BYTES + TAG_BITS / 8;

    private final SecretKey sealKey;
    private final SecretKey fingerprintKey;
    private final SecureRandom random;

    private Vault(SecretKey sealKey, SecretKey fingerprintKey, SecureRandom random) {
        this.sealKey = sealKey;
        this.fingerprintKey = fingerprintKey;
        this.random = random;
    }

    /** Derives one key to seal and one for fingerprints, by HKDF-SHA256. */
    public static Vault of(MasterKey masterKey) {
        try {
            KDF kdf = KDF.getInstance("HKDF-SHA256");
            return new Vault(
                    derive(kdf, masterKey, "AES", "sluice vault seal 1"),
                    derive(kdf, masterKey, "HmacSHA256", "sluice vault fingerprint 1"),
                    new SecureRandom());
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException("the platform has no HKDF-SHA256", e);
        }
    }

    private static SecretKey derive(KDF kdf, MasterKey masterKey, String algorithm, String purpose)
            throws GeneralSecurityException {
        var parameters = HKDFParameterSpec.ofExtract()
                .addIKM(masterKey.bytes())
                .thenExpand(purpose.getBytes(StandardCharsets.UTF_8), MasterKey.LENGTH);
        return kdf.deriveKey(algorithm, parameters);
    }

    public byte[] seal(String recordId, byte[] plain) {
        byte[] nonce = new byte[NONCE_BYTES];
        random.nextBytes(nonce);
        try {
            byte[] text = cipher(Cipher.ENCRYPT_MODE, recordId, nonce).doFinal(plain);
            return ByteBuffer.allocate(1 + NONCE_BYTES + text.length)
                    .put(VERSION)
                    .put(nonce)
                    .put(text)
                    .array();
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException("cannot seal " + recordId, e);
        }
    }

    /** @throws StoreException CORRUPT if it was not sealed under this key for this record */
    public byte[] open(String recordId, byte[] sealed) {
        if (sealed.length < MIN_BYTES || sealed[0] != VERSION) {
            throw new StoreException(
                    StoreException.Code.CORRUPT, "the secret of " + recordId + " is not a sealed value");
        }
        byte[] nonce = new byte[NONCE_BYTES];
        System.arraycopy(sealed, 1, nonce, 0, NONCE_BYTES);
        try {
            int offset = 1 + NONCE_BYTES;
            return cipher(Cipher.DECRYPT_MODE, recordId, nonce).doFinal(sealed, offset, sealed.length - offset);
        } catch (AEADBadTagException e) {
            throw new StoreException(
                    StoreException.Code.CORRUPT,
                    "the secret of " + recordId + " does not open with this master key",
                    e);
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException("cannot open " + recordId, e);
        }
    }

    /**
     * A keyed hash (HMAC-SHA256, 64 hexadecimal digits) by which a secret can be looked up without being kept. Purposes give different
     * fingerprints for one secret.
     */
    public String fingerprint(String purpose, byte[] secret) {
        try {
            Mac mac = Mac.getInstance("HmacSHA256");
            mac.init(fingerprintKey);
            mac.update(purpose.getBytes(StandardCharsets.UTF_8));
            mac.update((byte) 0);
            return HexFormat.of().formatHex(mac.doFinal(secret));
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException("the platform has no HmacSHA256", e);
        }
    }

    private Cipher cipher(int mode, String recordId, byte[] nonce) throws GeneralSecurityException {
        Cipher cipher = Cipher.getInstance("AES/GCM/NoPadding");
        cipher.init(mode, sealKey, new GCMParameterSpec(TAG_BITS, nonce));
        cipher.updateAAD(recordId.getBytes(StandardCharsets.UTF_8));
        return cipher;
    }
}
