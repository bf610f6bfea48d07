/*
 * SPDX-FileCopyrightText: The Sluice authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.sluice.server.tls;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.net.InetAddress;
import java.net.Socket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.attribute.PosixFilePermissions;
import java.security.KeyStore;
import java.security.cert.Certificate;
import java.security.cert.CertificateFactory;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import javax.net.ssl.KeyManagerFactory;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLHandshakeException;
import javax.net.ssl.SSLServerSocket;
import javax.net.ssl.SSLSocket;
import javax.net.ssl.TrustManagerFactory;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class TlsMaterialTest {
    private static final Instant NOW = Instant.now();
    private static final char[] PASSWORD = "test".toCharArray();

    @TempDir
    private Path folder;

    private TlsMaterial open(Duration later) throws IOException {
        return TlsMaterial.open(folder, "eu-central-1", InstantSource.fixed(NOW.plus(later)));
    }

    @Test
    void keepsWhatItMadeUntilThirtyDaysBeforeTheEnd() throws Exception {
        var first = open(Duration.ZERO);
        var leaf = first.chain().getFirst();
        assertThat(Duration.between(
                        leaf.getNotBefore().toInstant(), leaf.getNotAfter().toInstant()))
                .isEqualTo(Duration.ofDays(397));
        assertThat(open(Duration.ofDays(366)).chain()).isEqualTo(first.chain());
        var renewed = open(Duration.ofDays(368));
        assertThat(renewed.chain().getFirst()).isNotEqualTo(leaf);
        assertThat(renewed.chain().get(1)).isEqualTo(first.chain().get(1));
    }

    @Test
    void makesANewLeafForAnotherRegion() throws Exception {
        var first = open(Duration.ZERO);
        var other = TlsMaterial.open(folder, "us-west-2", InstantSource.fixed(NOW));
        assertThat(other.chain().getFirst()).isNotEqualTo(first.chain().getFirst());
        assertThat(other.chain().getFirst().getSubjectAlternativeNames().toString())
                .contains("*.execute-api.us-west-2.amazonaws.com");
    }

    @Test
    void keysAreForTheOwnerAlone() throws Exception {
        open(Duration.ZERO);
        assertThat(mode("tls")).isEqualTo("rwx------");
        assertThat(mode("tls/ca.key")).isEqualTo("rw-------");
        assertThat(mode("tls/server.key")).isEqualTo("rw-------");
        assertThat(mode("tls/ca.pem")).isEqualTo("rw-r--r--");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "localhost",
                "127.0.0.1",
                "0:0:0:0:0:0:0:1",
                "abc.execute-api.localhost",
                "abc.execute-api.eu-central-1.localhost",
                "abc.execute-api.eu-central-1.amazonaws.com"
            })
    void aClientThatTrustsTheAuthorityAcceptsTheName(String name) throws Exception {
        var material = open(Duration.ZERO);
        assertThat(handshake(material, name)).isEqualTo("TLSv1.3");
    }

    @Test
    void aClientRefusesAnyOtherName() throws Exception {
        var material = open(Duration.ZERO);
        assertThatThrownBy(() -> handshake(material, "abc.example.com")).isInstanceOf(SSLHandshakeException.class);
        assertThatThrownBy(() -> handshake(material, "abc.execute-api.us-east-1.amazonaws.com"))
                .isInstanceOf(SSLHandshakeException.class);
    }

    @Test
    void replacesALeafThatDoesNotFitItsKey() throws Exception {
        var first = open(Duration.ZERO);
        Files.copy(folder.resolve("tls/ca.key"), folder.resolve("tls/server.key"), StandardCopyOption.REPLACE_EXISTING);
        var second = open(Duration.ZERO);
        assertThat(second.chain().getFirst()).isNotEqualTo(first.chain().getFirst());
        assertThat(handshake(second, "localhost")).isEqualTo("TLSv1.3");
        Files.writeString(folder.resolve("tls/server.pem"), "garbage");
        assertThat(handshake(open(Duration.ZERO), "localhost")).isEqualTo("TLSv1.3");
    }

    @Test
    void refusesABrokenAuthorityInsteadOfReplacingIt() throws Exception {
        open(Duration.ZERO);
        var file = folder.resolve("tls/ca.pem");
        Files.writeString(file, "garbage");
        assertThatThrownBy(() -> open(Duration.ZERO))
                .isInstanceOf(IOException.class)
                .hasMessage(file + ": not usable (expected: a certificate in PEM)");
        assertThat(file).hasContent("garbage");
    }

    private String mode(String name) throws IOException {
        return PosixFilePermissions.toString(Files.getPosixFilePermissions(folder.resolve(name)));
    }

    /** A real handshake over a socket; the client trusts {@code ca.pem} alone and checks the name as HTTPS does. */
    private static String handshake(TlsMaterial material, String name) throws Exception {
        try (var listener = (SSLServerSocket) serverContext(material)
                .getServerSocketFactory()
                .createServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            var serving = Thread.ofVirtual().start(() -> accept(listener));
            try (var plain = new Socket(listener.getInetAddress(), listener.getLocalPort());
                    var socket = (SSLSocket) clientContext(material)
                            .getSocketFactory()
                            .createSocket(plain, name, listener.getLocalPort(), true)) {
                var parameters = socket.getSSLParameters();
                parameters.setEndpointIdentificationAlgorithm("HTTPS");
                socket.setSSLParameters(parameters);
                socket.startHandshake();
                return socket.getSession().getProtocol();
            } finally {
                serving.join();
            }
        }
    }

    private static void accept(SSLServerSocket listener) {
        try (var socket = (SSLSocket) listener.accept()) {
            socket.startHandshake();
            socket.getInputStream().read();
        } catch (IOException _) {
            // The client refused: it is the client's side that is judged.
        }
    }

    private static SSLContext serverContext(TlsMaterial material) throws Exception {
        var keys = KeyStore.getInstance("PKCS12");
        keys.load(null, null);
        keys.setKeyEntry("leaf", material.key(), PASSWORD, material.chain().toArray(Certificate[]::new));
        var managers = KeyManagerFactory.getInstance(KeyManagerFactory.getDefaultAlgorithm());
        managers.init(keys, PASSWORD);
        var context = SSLContext.getInstance("TLS");
        context.init(managers.getKeyManagers(), null, null);
        return context;
    }

    private static SSLContext clientContext(TlsMaterial material) throws Exception {
        var trusted = KeyStore.getInstance("PKCS12");
        trusted.load(null, null);
        try (var file = Files.newInputStream(material.authorityFile())) {
            trusted.setCertificateEntry(
                    "ca", CertificateFactory.getInstance("X.509").generateCertificate(file));
        }
        var managers = TrustManagerFactory.getInstance(TrustManagerFactory.getDefaultAlgorithm());
        managers.init(trusted);
        var context = SSLContext.getInstance("TLS");
        context.init(null, managers.getTrustManagers(), null);
        return context;
    }
}
