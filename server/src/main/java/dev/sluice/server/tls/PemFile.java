/*
 * SPDX-FileCopyrightText: The Sluice authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.sluice.server.tls;

import dev.sluice.server.folder.WholeFile;
import java.io.IOException;
import java.io.StringReader;
import java.io.StringWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.PrivateKey;
import java.security.cert.CertificateException;
import java.security.cert.X509Certificate;
import java.util.ArrayList;
import java.util.List;
import org.bouncycastle.asn1.pkcs.PrivateKeyInfo;
import org.bouncycastle.cert.X509CertificateHolder;
import org.bouncycastle.cert.jcajce.JcaX509CertificateConverter;
import org.bouncycastle.openssl.PEMParser;
import org.bouncycastle.openssl.jcajce.JcaPEMKeyConverter;
import org.bouncycastle.openssl.jcajce.JcaPEMWriter;
import org.bouncycastle.openssl.jcajce.JcaPKCS8Generator;
import org.jspecify.annotations.Nullable;

/** Reads and writes certificates (mode 0644) and private keys (PKCS #8, mode 0600) as PEM. */
final class PemFile {
    private PemFile() {}

    static void writeCertificates(Path file, List<X509Certificate> chain) throws IOException {
        WholeFile.write(file, text(chain.toArray()), "rw-r--r--");
    }

    static void writeKey(Path file, PrivateKey key) throws IOException {
        WholeFile.write(file, text(new JcaPKCS8Generator(key, null)), "rw-------");
    }

    private static String text(Object... objects) throws IOException {
        var text = new StringWriter();
        try (var pem = new JcaPEMWriter(text)) {
            for (var object : objects) {
                pem.writeObject(object);
            }
        }
        return text.toString();
    }

    /** @throws IOException naming the file when it holds no certificate */
    static List<X509Certificate> readCertificates(Path file) throws IOException {
        var chain = new ArrayList<X509Certificate>();
        try (var pem = new PEMParser(new StringReader(Files.readString(file)))) {
            for (var object = pem.readObject(); object != null; object = pem.readObject()) {
                if (object instanceof X509CertificateHolder holder) {
                    chain.add(new JcaX509CertificateConverter().getCertificate(holder));
                }
            }
        } catch (CertificateException | RuntimeException broken) {
            throw unusable(file, "certificate", broken);
        }
        if (chain.isEmpty()) {
            throw unusable(file, "certificate", null);
        }
        return chain;
    }

    /** @throws IOException naming the file when it holds no private key */
    static PrivateKey readKey(Path file) throws IOException {
        try (var pem = new PEMParser(new StringReader(Files.readString(file)))) {
            if (pem.readObject() instanceof PrivateKeyInfo key) {
                return new JcaPEMKeyConverter().getPrivateKey(key);
            }
        } catch (RuntimeException broken) {
            throw unusable(file, "private key", broken);
        }
        throw unusable(file, "private key", null);
    }

    private static IOException unusable(Path file, String content, @Nullable Exception cause) {
        return new IOException(file + ": not usable (expected: a " + content + " in PEM)", cause);
    }
}
