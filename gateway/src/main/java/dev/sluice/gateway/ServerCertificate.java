/*
 * SPDX-FileCopyrightText: The Sluice authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.sluice.gateway;

import java.security.GeneralSecurityException;
import java.security.PrivateKey;
import java.security.Signature;
import java.security.cert.X509Certificate;
import java.util.List;

/**
 * What a TLS server presents, with the key that proves it. Immutable.
 *
 * @param chain the server's own certificate first
 * @param key RSA or EC, of the first certificate
 */
public record ServerCertificate(List<X509Certificate> chain, PrivateKey key) {
    private static final int PROBE_BYTES = 32;

    /** @throws IllegalArgumentException when there is no certificate, or the key is of another one or of another kind */
    public ServerCertificate {
        chain = List.copyOf(chain);
        if (chain.isEmpty()) {
            throw new IllegalArgumentException("chain: empty (expected: the server's certificate first)");
        }
        String signing = switch (key.getAlgorithm()) {
            case "RSA" -> "SHA256withRSA";
            case "EC" -> "SHA256withECDSA";
            default -> throw new IllegalArgumentException("key: " + key.getAlgorithm() + " (expected: RSA or EC)");
        };
        if (!fits(chain.getFirst(), key, signing)) {
            throw new IllegalArgumentException("key: of another certificate (expected: that of "
                    + chain.getFirst().getSubjectX500Principal() + ")");
        }
    }

    private static boolean fits(X509Certificate certificate, PrivateKey key, String signing) {
        try {
            byte[] probe = new byte[PROBE_BYTES];
            Signature signature = Signature.getInstance(signing);
            signature.initSign(key);
            signature.update(probe);
            byte[] signed = signature.sign();
            signature.initVerify(certificate.getPublicKey());
            signature.update(probe);
            return signature.verify(signed);
        } catch (GeneralSecurityException _) {
            return false;
        }
    }

    /** Without the key. */
    @Override
    public String toString() {
        return "ServerCertificate[" + chain.getFirst().getSubjectX500Principal() + "]";
    }
}
