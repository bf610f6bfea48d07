/*
 * SPDX-FileCopyrightText: The Sluice authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.sluice.server.tls;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.security.GeneralSecurityException;
import java.security.PrivateKey;
import java.security.cert.X509Certificate;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.Collection;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * What the TLS listener presents, kept in {@code DIR/tls}: {@code ca.pem} (for clients to trust) and {@code ca.key},
 * {@code server.pem} (the leaf, then the authority) and {@code server.key}.
 *
 * @param chain leaf first
 */
public record TlsMaterial(List<X509Certificate> chain, PrivateKey key, Path authorityFile) {
    private static final Logger LOG = LoggerFactory.getLogger(TlsMaterial.class);
    private static final Duration RENEW_BEFORE = Duration.ofDays(30);
    private static final Duration RENEW_AUTHORITY_BEFORE = Duration.ofDays(400);
    private static final int DNS_NAME = 2;
    private static final int IP_ADDRESS = 7;

    public TlsMaterial {
        chain = List.copyOf(chain);
    }

    /**
     * Reads what is there and makes what is missing, about to expire (30 days), or for other names than these.
     *
     * @throws IOException when the authority's files are there but not usable, or the folder cannot be written
     */
    public static TlsMaterial open(Path dataDir, String region, InstantSource clock) throws IOException {
        var folder = Files.createDirectories(
                dataDir.resolve("tls"),
                PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rwx------")));
        var now = clock.instant();
        var authority = authority(folder, now);
        var names = names(region);
        var file = pairIn(dataDir).chain();
        var keyFile = pairIn(dataDir).key();
        if (Files.notExists(file) || !isGood(file, keyFile, authority, names, now)) {
            var leaf = authority.leaf(names, now);
            // The key goes first: a stop between the two leaves a pair that does not fit and is made anew.
            PemFile.writeKey(keyFile, leaf.key());
            PemFile.writeCertificates(file, List.of(leaf.certificate(), authority.certificate()));
            LOG.info(
                    "made {}, valid until {}",
                    file,
                    leaf.certificate().getNotAfter().toInstant());
        }
        return new TlsMaterial(PemFile.readCertificates(file), PemFile.readKey(keyFile), folder.resolve("ca.pem"));
    }

    /** Where chain and key are. */
    public static PemPair pairIn(Path dataDir) {
        Path folder = dataDir.resolve("tls");
        return new PemPair(folder.resolve("server.pem"), folder.resolve("server.key"));
    }

    /** Every name that clients may use for the data plane. */
    private static List<String> names(String region) {
        return List.of(
                "localhost",
                "127.0.0.1",
                "::1",
                "*.execute-api.localhost",
                "*.execute-api." + region + ".localhost",
                "*.execute-api." + region + ".amazonaws.com");
    }

    private static Issuer authority(Path folder, Instant now) throws IOException {
        var file = folder.resolve("ca.pem");
        var keyFile = folder.resolve("ca.key");
        if (Files.exists(file)) {
            var authority = new Issuer(PemFile.readCertificates(file).getFirst(), PemFile.readKey(keyFile));
            if (!expires(authority.certificate(), now.plus(RENEW_AUTHORITY_BEFORE))) {
                return authority;
            }
            LOG.warn("{} is about to expire; making a new authority, which clients must trust anew", file);
        }
        var authority = Issuer.authority(now);
        PemFile.writeKey(keyFile, authority.key());
        PemFile.writeCertificates(file, List.of(authority.certificate()));
        return authority;
    }

    private static boolean isGood(Path file, Path keyFile, Issuer authority, List<String> names, Instant now) {
        try {
            var leaf = PemFile.readCertificates(file).getFirst();
            leaf.verify(authority.certificate().getPublicKey());
            new PemPair(file, keyFile).read();
            return !expires(leaf, now.plus(RENEW_BEFORE)) && namesOf(leaf).equals(canonical(names));
        } catch (IOException | GeneralSecurityException unusable) {
            LOG.warn("{} cannot be used and is made anew: {}", file, unusable.getMessage());
            return false;
        }
    }

    private static boolean expires(X509Certificate certificate, Instant by) {
        return certificate.getNotAfter().toInstant().isBefore(by);
    }

    private static Set<String> namesOf(X509Certificate certificate) throws GeneralSecurityException {
        var found = new HashSet<String>();
        Collection<List<?>> alternatives = certificate.getSubjectAlternativeNames();
        for (var alternative : alternatives == null ? List.<List<?>>of() : alternatives) {
            if (alternative.get(0) instanceof Integer type && (type == DNS_NAME || type == IP_ADDRESS)) {
                found.add(String.valueOf(alternative.get(1)));
            }
        }
        return found;
    }

    /** As the JDK writes them: an IPv6 address in full. */
    private static Set<String> canonical(List<String> names) {
        var all = new HashSet<>(names);
        all.remove("::1");
        all.add("0:0:0:0:0:0:0:1");
        return all;
    }
}
