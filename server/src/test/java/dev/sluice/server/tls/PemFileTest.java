/*
 * SPDX-FileCopyrightText: The Sluice authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.sluice.server.tls;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class PemFileTest {
    private final Issuer authority = Issuer.authority(Instant.parse("2026-11-23T10:00:00Z"));
    private final Issuer leaf = authority.leaf(List.of("localhost"), Instant.parse("2026-11-23T10:00:00Z"));

    @TempDir
    private Path folder;

    private Path file;

    @BeforeEach
    void nameTheFile() {
        file = folder.resolve("file.pem");
    }

    @Test
    void readsWhatItWrote() throws Exception {
        PemFile.writeKey(file, leaf.key());
        assertThat(PemFile.readKey(file)).isEqualTo(leaf.key());
        assertThat(Files.readAllLines(file))
                .startsWith("-----BEGIN PRIVATE KEY-----")
                .allMatch(line -> line.length() <= 64);
        PemFile.writeCertificates(file, List.of(leaf.certificate(), authority.certificate()));
        assertThat(PemFile.readCertificates(file)).containsExactly(leaf.certificate(), authority.certificate());
    }

    @Test
    void readsTextBetweenBlocksAndOtherLineEnds() throws Exception {
        PemFile.writeKey(file, leaf.key());
        Files.writeString(file, "made by hand\r\n" + Files.readString(file).replace("\n", "\r\n"));
        assertThat(PemFile.readKey(file)).isEqualTo(leaf.key());
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "garbage",
                "-----BEGIN PRIVATE KEY-----\n-----END PRIVATE KEY-----\n",
                "-----BEGIN PRIVATE KEY-----\nAAAA\n-----END PRIVATE KEY-----\n",
                "-----BEGIN CERTIFICATE-----\nAAAA\n-----END CERTIFICATE-----\n",
                "-----BEGIN CERTIFICATE-----\nAAAA\n"
            })
    void namesTheFileThatCannotBeUsed(String text) throws Exception {
        Files.writeString(file, text);
        assertThatThrownBy(() -> PemFile.readKey(file))
                .isInstanceOf(IOException.class)
                .hasMessage(file + ": not usable (expected: an EC or RSA private key in PEM, PKCS #8, not encrypted,"
                        + " as \"openssl pkcs8 -topk8 -nodes\" writes it)");
        assertThatThrownBy(() -> PemFile.readCertificates(file))
                .isInstanceOf(IOException.class)
                .hasMessage(file + ": not usable (expected: a certificate in PEM)");
    }
}
