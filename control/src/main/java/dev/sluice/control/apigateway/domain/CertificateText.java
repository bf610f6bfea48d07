/*
 * SPDX-FileCopyrightText: The Sluice authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.sluice.control.apigateway.domain;

import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.math.BigInteger;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.KeyFactory;
import java.security.PrivateKey;
import java.security.cert.CertificateException;
import java.security.cert.CertificateFactory;
import java.security.cert.X509Certificate;
import java.security.spec.InvalidKeySpecException;
import java.security.spec.PKCS8EncodedKeySpec;
import java.util.Base64;
import java.util.HexFormat;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Reads certificates and private keys that calls send as text, in PEM (RFC 7468). What it throws never quotes the text. */
final class CertificateText {
    private static final Pattern KEY_BLOCK =
            Pattern.compile("-----BEGIN (RSA )?PRIVATE KEY-----([A-Za-z0-9+/=\\s]++)-----END (RSA )?PRIVATE KEY-----");
    /** PKCS #8's version 0 and the algorithm rsaEncryption (RFC 5208, RFC 8017). */
    private static final byte[] RSA_PREFIX = HexFormat.of().parseHex("020100300d06092a864886f70d0101010500");

    private static final int SEQUENCE = 0x30;
    private static final int OCTET_STRING = 0x04;
    private static final int LONG_LENGTH = 0x80;

    private CertificateText() {}

    /** @throws GeneralSecurityException when there is none, or one cannot be read */
    static List<X509Certificate> certificates(String pem) throws GeneralSecurityException {
        var in = new ByteArrayInputStream(pem.getBytes(StandardCharsets.UTF_8));
        List<X509Certificate> found = CertificateFactory.getInstance("X.509").generateCertificates(in).stream()
                .map(X509Certificate.class::cast)
                .toList();
        if (found.isEmpty()) {
            throw new CertificateException("no certificate");
        }
        return found;
    }

    /**
     * An EC or RSA key: PKCS #8, or PKCS #1 for RSA; not encrypted.
     *
     * @throws GeneralSecurityException when it is none
     */
    static PrivateKey key(String pem) throws GeneralSecurityException {
        Matcher block = KEY_BLOCK.matcher(pem);
        if (!block.find()) {
            throw new InvalidKeySpecException("no private key");
        }
        byte[] content = decoded(block.group(2));
        return privateKey(block.group(1) == null ? content : pkcs8(content));
    }

    /** @param pkcs8 as {@link PrivateKey#getEncoded} gives it */
    static PrivateKey privateKey(byte[] pkcs8) throws GeneralSecurityException {
        var content = new PKCS8EncodedKeySpec(pkcs8);
        try {
            return KeyFactory.getInstance("EC").generatePrivate(content);
        } catch (InvalidKeySpecException _) {
            return KeyFactory.getInstance("RSA").generatePrivate(content);
        }
    }

    private static byte[] decoded(String base64) throws InvalidKeySpecException {
        try {
            return Base64.getMimeDecoder().decode(base64);
        } catch (IllegalArgumentException e) {
            throw new InvalidKeySpecException("no Base64", e);
        }
    }

    private static byte[] pkcs8(byte[] pkcs1) {
        var content = new ByteArrayOutputStream();
        content.writeBytes(RSA_PREFIX);
        content.writeBytes(der(OCTET_STRING, pkcs1));
        return der(SEQUENCE, content.toByteArray());
    }

    private static byte[] der(int tag, byte[] content) {
        var out = new ByteArrayOutputStream();
        out.write(tag);
        if (content.length < LONG_LENGTH) {
            out.write(content.length);
        } else {
            byte[] length = BigInteger.valueOf(content.length).toByteArray();
            int skipped = length[0] == 0 ? 1 : 0;
            out.write(LONG_LENGTH | (length.length - skipped));
            out.write(length, skipped, length.length - skipped);
        }
        out.writeBytes(content);
        return out.toByteArray();
    }
}
