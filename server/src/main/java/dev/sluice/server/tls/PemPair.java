/*
 * SPDX-FileCopyrightText: The Sluice authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.sluice.server.tls;

import dev.sluice.gateway.ServerCertificate;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.BasicFileAttributes;
import java.util.List;

/**
 * Two files that belong together.
 *
 * @param chain certificates, the server's first
 * @param key of the first certificate
 */
public record PemPair(Path chain, Path key) {
    /** @throws IOException naming the file that cannot be used, or both when they do not fit */
    ServerCertificate read() throws IOException {
        var certificates = PemFile.readCertificates(chain);
        var privateKey = PemFile.readKey(key);
        try {
            return new ServerCertificate(certificates, privateKey);
        } catch (IllegalArgumentException e) {
            throw new IOException(chain + ", " + key + ": " + e.getMessage(), e);
        }
    }

    /** Equal to an earlier one as long as nobody has written to the files, replaced or removed them. */
    List<Object> stamp() {
        return List.of(stamp(chain), stamp(key));
    }

    private static Object stamp(Path file) {
        try {
            var attributes = Files.readAttributes(file, BasicFileAttributes.class);
            return List.of(attributes.lastModifiedTime(), attributes.size(), String.valueOf(attributes.fileKey()));
        } catch (IOException e) {
            return e.getClass();
        }
    }
}
