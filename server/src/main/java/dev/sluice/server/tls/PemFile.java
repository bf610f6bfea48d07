/*
 * SPDX-FileCopyrightText: The Sluice authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.sluice.server.tls;

import dev.sluice.server.folder.WholeFile;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyFactory;
import java.security.PrivateKey;
import java.security.cert.CertificateEncodingException;
import java.security.cert.CertificateException;
import java.security.cert.CertificateFactory;
import java.security.cert.X509Certificate;
import java.security.spec.InvalidKeySpecException;
import java.security.spec.PKCS8EncodedKeySpec;
import java.util.Base64;
import java.util.List;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/** Reads and writes certificates (mode 0644) and private keys (PKCS #8, mode 0600) as PEM (RFC 7468). */
final class PemFile {
    private static final String CERTIFICATE = "CERTIFICATE";
    private static final String KEY = "PRIVATE KEY";
    private static final String CERTIFICATE_EXPECTED = "a certificate in PEM";
    private static final String KEY_EXPECTED =
            "an EC or RSA private key in PEM, PKCS #8, not encrypted, as \"openssl pkcs8 -topk8 -nodes\" writes it";
    private static final Pattern KEY_BLOCK =
            Pattern.compile("-----BEGIN PRIVATE KEY-----([A-Za-z0-9+/=\\s]+)-----END PRIVATE KEY-----");
    private static final int LINE_LENGTH = 64;
    private static final Base64.Encoder LINES = Base64.getMimeEncoder(LINE_LENGTH, new byte[] {'\n'});

    private PemFile() {}

    static void writeCertificates(Path file, List<X509Certificate> chain) throws IOException {
        var text = new StringBuilder();
        try {
            for (var certificate : chain) {
                text.append(block(CERTIFICATE, certificate.getEncoded()));
            }
        } catch (CertificateEncodingException broken) {
            throw new IllegalStateException("a certificate without an encoding", broken);
        }
        WholeFile.write(file, text.toString(), "rw-r--r--");
    }

    static void writeKey(Path file, PrivateKey key) throws IOException {
        WholeFile.write(file, block(KEY, key.getEncoded()), "rw-------");
    }

    private static String block(String label, byte[] content) {
        return "-----BEGIN " + label + "-----\n" + LINES.encodeToString(content) + "\n-----END " + label + "-----\n";
    }

    /** @throws IOException naming the file when it holds no certificate */
    static List<X509Certificate> readCertificates(Path file) throws IOException {
        try (var in = new ByteArrayInputStream(Files.readAllBytes(file))) {
            var chain = CertificateFactory.getInstance("X.509").generateCertificates(in).stream()
                    .map(X509Certificate.class::cast)
                    .toList();
            if (!chain.isEmpty()) {
                return chain;
            }
        } catch (CertificateException broken) {
            throw unusable(file, CERTIFICATE_EXPECTED, broken);
        }
        throw unusable(file, CERTIFICATE_EXPECTED, null);
    }

    /**
     * An EC or RSA key.
     *
     * @throws IOException naming the file when it holds none in PKCS #8 that is not encrypted
     */
    static PrivateKey readKey(Path file) throws IOException {
        var block = KEY_BLOCK.matcher(new String(Files.readAllBytes(file), StandardCharsets.ISO_8859_1));
        if (!block.find()) {
            throw unusable(file, KEY_EXPECTED, null);
        }
        try {
            var content = new PKCS8EncodedKeySpec(Base64.getMimeDecoder().decode(block.group(1)));
            try {
                return KeyFactory.getInstance("EC").generatePrivate(content);
            } catch (InvalidKeySpecException _) {
                return KeyFactory.getInstance("RSA").generatePrivate(content);
            }
        } catch (GeneralSecurityException | IllegalArgumentException broken) {
            throw unusable(file, KEY_EXPECTED, broken);
        }
    }

    private static IOException unusable(Path file, String expected, @Nullable Exception cause) {
        return new IOException(file + ": not usable (expected: " + expected + ")", cause);
    }
}
