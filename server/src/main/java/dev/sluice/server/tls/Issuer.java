/*
 * SPDX-FileCopyrightText: The Sluice authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.sluice.server.tls;

import java.io.ByteArrayInputStream;
import java.math.BigInteger;
import java.net.InetAddress;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.KeyPair;
import java.security.KeyPairGenerator;
import java.security.MessageDigest;
import java.security.PrivateKey;
import java.security.PublicKey;
import java.security.SecureRandom;
import java.security.Signature;
import java.security.cert.CertificateFactory;
import java.security.cert.X509Certificate;
import java.security.spec.ECGenParameterSpec;
import java.time.Duration;
import java.time.Instant;
import java.util.Arrays;
import java.util.List;
import java.util.regex.Pattern;
import javax.security.auth.x500.X500Principal;

/**
 * A certificate with its private key, and how one issues another. P-256 and ECDSA with SHA-256 throughout. The certificates' form is
 * that of RFC 5280, section 4.
 */
record Issuer(X509Certificate certificate, PrivateKey key) {
    private static final Duration CA_LIFE = Duration.ofDays(3650);
    /** What browsers and clients accept at most is 398 days. */
    private static final Duration LEAF_LIFE = Duration.ofDays(397);
    /** Clients' clocks may be behind ours. */
    private static final Duration CLOCK_SKEW = Duration.ofHours(1);

    private static final int SERIAL_BITS = 127;
    private static final SecureRandom RANDOM = new SecureRandom();
    private static final Pattern IP_ADDRESS = Pattern.compile("[0-9.]+|[0-9A-Fa-f:]*:[0-9A-Fa-f:]*");

    private static final byte[] VERSION_3 = Der.explicit(0, Der.integer(BigInteger.TWO));
    private static final byte[] ECDSA_WITH_SHA256 = Der.sequence(Der.oid("1.2.840.10045.4.3.2"));
    private static final String SUBJECT_KEY_IDENTIFIER = "2.5.29.14";
    private static final String KEY_USAGE = "2.5.29.15";
    private static final String ALTERNATIVE_NAMES = "2.5.29.17";
    private static final String BASIC_CONSTRAINTS = "2.5.29.19";
    private static final String AUTHORITY_KEY_IDENTIFIER = "2.5.29.35";
    private static final String EXTENDED_KEY_USAGE = "2.5.29.37";
    private static final String SERVER_AUTH = "1.3.6.1.5.5.7.3.1";
    private static final int DIGITAL_SIGNATURE = 0;
    private static final int KEY_CERT_SIGN = 5;
    private static final int CRL_SIGN = 6;
    private static final int DNS_NAME = 2;
    private static final int IP_ADDRESS_NAME = 7;
    /** A point of P-256, uncompressed, with which the encoded public key ends. */
    private static final int POINT_BYTES = 65;

    /** A new authority that signs itself and may issue leaves only. */
    static Issuer authority(Instant now) {
        try {
            var pair = keyPair();
            // A name of its own, so that a client that still trusts an older folder's authority does not confuse the
            // two.
            var name = new X500Principal("CN=Sluice local CA " + new BigInteger(32, RANDOM).toString(16) + ",O=Sluice");
            var certificate = signed(
                    pair.getPrivate(),
                    name,
                    now.plus(CA_LIFE),
                    now,
                    name,
                    pair.getPublic(),
                    critical(BASIC_CONSTRAINTS, Der.sequence(Der.isTrue(), Der.integer(BigInteger.ZERO))),
                    critical(KEY_USAGE, Der.namedBits(KEY_CERT_SIGN, CRL_SIGN)),
                    extension(SUBJECT_KEY_IDENTIFIER, Der.octets(keyIdentifier(pair.getPublic()))));
            return new Issuer(certificate, pair.getPrivate());
        } catch (GeneralSecurityException failure) {
            throw new IllegalStateException("this Java cannot make P-256 certificates", failure);
        }
    }

    /**
     * A new certificate for a server.
     *
     * @param names DNS names, with a leading wildcard or without, and IP addresses
     */
    Issuer leaf(List<String> names, Instant now) {
        try {
            var pair = keyPair();
            var alternatives = names.stream().map(Issuer::alternativeName).toArray(byte[][]::new);
            var leaf = signed(
                    key,
                    certificate.getSubjectX500Principal(),
                    now.minus(CLOCK_SKEW).plus(LEAF_LIFE),
                    now,
                    new X500Principal("CN=Sluice"),
                    pair.getPublic(),
                    critical(BASIC_CONSTRAINTS, Der.sequence()),
                    critical(KEY_USAGE, Der.namedBits(DIGITAL_SIGNATURE)),
                    extension(EXTENDED_KEY_USAGE, Der.sequence(Der.oid(SERVER_AUTH))),
                    extension(ALTERNATIVE_NAMES, Der.sequence(alternatives)),
                    extension(
                            AUTHORITY_KEY_IDENTIFIER,
                            Der.sequence(Der.implicit(0, keyIdentifier(certificate.getPublicKey())))),
                    extension(SUBJECT_KEY_IDENTIFIER, Der.octets(keyIdentifier(pair.getPublic()))));
            return new Issuer(leaf, pair.getPrivate());
        } catch (GeneralSecurityException failure) {
            throw new IllegalStateException("this Java cannot make P-256 certificates", failure);
        }
    }

    private static byte[] alternativeName(String name) {
        return IP_ADDRESS.matcher(name).matches()
                ? Der.implicit(IP_ADDRESS_NAME, InetAddress.ofLiteral(name).getAddress())
                : Der.implicit(DNS_NAME, name.getBytes(StandardCharsets.US_ASCII));
    }

    private static X509Certificate signed(
            PrivateKey issuersKey,
            X500Principal issuer,
            Instant end,
            Instant now,
            X500Principal subject,
            PublicKey subjectsKey,
            byte[]... extensions)
            throws GeneralSecurityException {
        var content = Der.sequence(
                VERSION_3,
                Der.integer(serial()),
                ECDSA_WITH_SHA256,
                issuer.getEncoded(),
                Der.sequence(Der.time(now.minus(CLOCK_SKEW)), Der.time(end)),
                subject.getEncoded(),
                subjectsKey.getEncoded(),
                Der.explicit(3, Der.sequence(extensions)));
        var signature = Signature.getInstance("SHA256withECDSA");
        signature.initSign(issuersKey, RANDOM);
        signature.update(content);
        var whole = Der.sequence(content, ECDSA_WITH_SHA256, Der.bits(signature.sign()));
        return (X509Certificate)
                CertificateFactory.getInstance("X.509").generateCertificate(new ByteArrayInputStream(whole));
    }

    private static byte[] critical(String oid, byte[] value) {
        return Der.sequence(Der.oid(oid), Der.isTrue(), Der.octets(value));
    }

    private static byte[] extension(String oid, byte[] value) {
        return Der.sequence(Der.oid(oid), Der.octets(value));
    }

    /** Method 1 of RFC 5280, section 4.2.1.2. */
    private static byte[] keyIdentifier(PublicKey key) throws GeneralSecurityException {
        var encoded = key.getEncoded();
        var point = Arrays.copyOfRange(encoded, encoded.length - POINT_BYTES, encoded.length);
        return MessageDigest.getInstance("SHA-1").digest(point);
    }

    private static KeyPair keyPair() throws GeneralSecurityException {
        var generator = KeyPairGenerator.getInstance("EC");
        generator.initialize(new ECGenParameterSpec("secp256r1"), RANDOM);
        return generator.generateKeyPair();
    }

    private static BigInteger serial() {
        return new BigInteger(SERIAL_BITS, RANDOM).setBit(SERIAL_BITS - 1);
    }
}
