/*
 * SPDX-FileCopyrightText: The Sluice authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.sluice.server.tls;

import dev.sluice.gateway.Certificates;
import dev.sluice.gateway.ServerCertificate;
import java.io.IOException;
import java.nio.file.DirectoryIteratorException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.function.Consumer;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The certificates that stand in files: the server's own and those in the operator's folder. At the start a pair that cannot be used is an
 * error; later it is logged once, and what the name had before stays, so that a pair may be written in any order; the others go on. Not thread-safe.
 */
public final class CertificateFiles {
    private static final Logger LOG = LoggerFactory.getLogger(CertificateFiles.class);
    private static final String DEFAULT = "default";
    private static final String CHAIN = ".pem";

    private final PemPair own;
    private final Optional<Path> folder;
    private Map<String, Seen> seen = Map.of();
    private Certificates certificates;
    private String trouble = "";

    private CertificateFiles(PemPair own, Optional<Path> folder) throws IOException {
        this.own = own;
        this.folder = folder;
        Map<String, Seen> found = new TreeMap<>();
        for (var pair : pairs().entrySet()) {
            var stamp = pair.getValue().stamp();
            found.put(pair.getKey(), new Seen(stamp, Optional.of(pair.getValue().read())));
        }
        certificates = certificates(found);
        seen = found;
    }

    /**
     * @param own presented by default, unless the folder has a pair of the name {@code default}
     * @param folder of {@code NAME.pem} and {@code NAME.key}
     * @throws IOException naming the file that cannot be used
     */
    public static CertificateFiles open(PemPair own, Optional<Path> folder) throws IOException {
        return new CertificateFiles(own, folder);
    }

    /** As of the last look. */
    public Certificates certificates() {
        return certificates;
    }

    /**
     * Looks at the files and tells what is to be presented from now on, if that has changed.
     *
     * @param present may refuse by an IllegalArgumentException
     */
    public void reload(Consumer<Certificates> present) {
        try {
            Map<String, Seen> found = new TreeMap<>();
            pairs().forEach((name, pair) -> found.put(name, look(name, pair)));
            trouble = "";
            if (found.equals(seen)) {
                return;
            }
            seen = found;
            var changed = certificates(found);
            if (!changed.equals(certificates)) {
                present.accept(changed);
                certificates = changed;
                LOG.info(
                        "presenting new certificates; by name: {}",
                        changed.byName().keySet());
            }
        } catch (IOException | IllegalArgumentException e) {
            warnOnce(String.valueOf(e.getMessage()));
        }
    }

    private void warnOnce(String message) {
        if (!message.equals(trouble)) {
            trouble = message;
            LOG.warn("certificates stay as they are: {}", message);
        }
    }

    private Seen look(String name, PemPair pair) {
        var before = seen.getOrDefault(name, Seen.NOTHING);
        var stamp = pair.stamp();
        if (stamp.equals(before.stamp())) {
            return before;
        }
        if (!name.equals(DEFAULT) && !Certificates.isName(name)) {
            LOG.warn(
                    "{} is left out: \"{}\" (expected: a host name like api.example.com or *.example.com)",
                    pair.chain(),
                    name);
            return new Seen(stamp, Optional.empty());
        }
        try {
            return new Seen(stamp, Optional.of(pair.read()));
        } catch (IOException e) {
            LOG.warn("certificate {} stays as it was: {}", name, e.getMessage());
            return new Seen(stamp, before.certificate());
        }
    }

    /** By name, in lower case by {@link Certificates}. */
    private Map<String, PemPair> pairs() throws IOException {
        Map<String, PemPair> pairs = new HashMap<>();
        pairs.put(DEFAULT, own);
        if (folder.isPresent()) {
            try (var files = Files.newDirectoryStream(folder.get(), "*" + CHAIN)) {
                for (var chain : files) {
                    var file = chain.getFileName().toString();
                    var name = file.substring(0, file.length() - CHAIN.length());
                    pairs.put(name, new PemPair(chain, chain.resolveSibling(name + ".key")));
                }
            } catch (DirectoryIteratorException e) {
                throw e.getCause();
            } catch (IOException e) {
                throw new IOException(
                        "https.certificates: " + folder.get() + " (expected: a folder that can be read)", e);
            }
        }
        return pairs;
    }

    private static Certificates certificates(Map<String, Seen> found) throws IOException {
        Map<String, ServerCertificate> byName = new HashMap<>();
        found.forEach((name, file) -> file.certificate().ifPresent(certificate -> byName.put(name, certificate)));
        var byDefault = byName.remove(DEFAULT);
        if (byDefault == null) {
            throw new IllegalStateException("no default certificate in " + found.keySet());
        }
        try {
            return new Certificates(byDefault, byName);
        } catch (IllegalArgumentException e) {
            throw new IOException("https.certificates: " + e.getMessage(), e);
        }
    }

    /** @param certificate as of the last time that the files could be used */
    private record Seen(List<Object> stamp, Optional<ServerCertificate> certificate) {
        private static final Seen NOTHING = new Seen(List.of(), Optional.empty());
    }
}
