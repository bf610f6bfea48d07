/*
 * SPDX-FileCopyrightText: The Sluice authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.sluice.server.tls;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.sluice.gateway.Certificates;
import dev.sluice.gateway.GatewaySettings;
import dev.sluice.gateway.Published;
import dev.sluice.gateway.explain.RefusalLog;
import dev.sluice.gateway.netty.Gateway;
import dev.sluice.limits.Limiter;
import dev.sluice.limits.NanoClock;
import dev.sluice.limits.Quotas;
import dev.sluice.store.DataFolder;
import dev.sluice.store.embedded.EmbeddedStore;
import java.io.IOException;
import java.net.InetAddress;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.KeyPairGenerator;
import java.security.KeyStore;
import java.security.cert.X509Certificate;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import javax.net.ssl.SNIHostName;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLParameters;
import javax.net.ssl.SSLSocket;
import javax.net.ssl.TrustManagerFactory;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Certificates in files, as a client of a started gateway sees them. */
class CertificateFilesTest {
    private static final Instant NOW = Instant.now();

    private final Issuer authority = Issuer.authority(NOW);

    @TempDir
    private Path folder;

    private DataFolder data;
    private EmbeddedStore store;
    private PemPair own;

    @BeforeEach
    void open() throws IOException {
        data = DataFolder.open(folder.resolve("data"));
        store = EmbeddedStore.open(data, null, "test");
        own = write(Files.createDirectory(folder.resolve("own")).resolve("server"), "own.example.com");
        Files.createDirectory(names());
    }

    @AfterEach
    void close() {
        store.close();
        data.close();
    }

    private Path names() {
        return folder.resolve("names");
    }

    private PemPair write(Path file, String name) throws IOException {
        var leaf = authority.leaf(List.of(name), NOW);
        var pair = new PemPair(Path.of(file + ".pem"), Path.of(file + ".key"));
        PemFile.writeKey(pair.key(), leaf.key());
        PemFile.writeCertificates(pair.chain(), List.of(leaf.certificate(), authority.certificate()));
        return pair;
    }

    private CertificateFiles read() throws IOException {
        return CertificateFiles.open(own, Optional.of(names()));
    }

    private Gateway start(CertificateFiles files) {
        var limiter = Limiter.inMemory(NanoClock.SYSTEM);
        return Gateway.start(
                GatewaySettings.http(0)
                        .withHost("127.0.0.1")
                        .withTls(GatewaySettings.Tls.of("127.0.0.1", 0, files.certificates())),
                new Published(limiter.clock(), new Quotas(store.quotas(), InstantSource.system())),
                limiter,
                RefusalLog.keeping(0),
                _ -> {},
                InstantSource.system());
    }

    private SSLSocket connect(Gateway gateway, String name) throws Exception {
        var store = KeyStore.getInstance("PKCS12");
        store.load(null, null);
        store.setCertificateEntry("ca", authority.certificate());
        var trust = TrustManagerFactory.getInstance(TrustManagerFactory.getDefaultAlgorithm());
        trust.init(store);
        var context = SSLContext.getInstance("TLS");
        context.init(null, trust.getTrustManagers(), null);
        var socket = (SSLSocket) context.getSocketFactory()
                .createSocket(
                        InetAddress.getLoopbackAddress(), gateway.httpsPort().orElseThrow());
        socket.setSoTimeout(10_000);
        SSLParameters parameters = socket.getSSLParameters();
        parameters.setServerNames(List.of(new SNIHostName(name)));
        socket.setSSLParameters(parameters);
        socket.startHandshake();
        return socket;
    }

    /** What the client is shown: the names in the certificate. */
    private String shown(Gateway gateway, String name) throws Exception {
        try (var socket = connect(gateway, name)) {
            var leaf = (X509Certificate) socket.getSession().getPeerCertificates()[0];
            return leaf.getSerialNumber() + " "
                    + leaf.getSubjectAlternativeNames().iterator().next().get(1);
        }
    }

    private static void answers(SSLSocket socket) throws IOException {
        socket.getOutputStream().write("GET / HTTP/1.1\r\nHost: x\r\n\r\n".getBytes(StandardCharsets.US_ASCII));
        assertThat(new String(socket.getInputStream().readNBytes(9), StandardCharsets.US_ASCII))
                .isEqualTo("HTTP/1.1 ");
        socket.getInputStream().skipNBytes(socket.getInputStream().available());
    }

    @Test
    void aChangedPairIsForNewConnectionsAndTheOthersStay() throws Exception {
        write(names().resolve("a.example.com"), "a.example.com");
        write(names().resolve("*.b.example.com"), "*.b.example.com");
        var files = read();
        try (var gateway = start(files);
                var before = connect(gateway, "a.example.com")) {
            var first = shown(gateway, "a.example.com");
            assertThat(first).endsWith(" a.example.com");
            assertThat(shown(gateway, "x.b.example.com")).endsWith(" *.b.example.com");
            assertThat(shown(gateway, "b.example.com")).endsWith(" own.example.com");

            write(names().resolve("a.example.com"), "a.example.com");
            Files.delete(names().resolve("*.b.example.com.pem"));
            write(names().resolve("b.example.com"), "b.example.com");
            files.reload(gateway::present);
            assertThat(shown(gateway, "a.example.com"))
                    .endsWith(" a.example.com")
                    .isNotEqualTo(first);
            assertThat(shown(gateway, "x.b.example.com")).endsWith(" own.example.com");
            assertThat(shown(gateway, "b.example.com")).endsWith(" b.example.com");
            answers(before);
        }
    }

    @Test
    void aPairThatCannotBeUsedChangesNothingUntilItCan() throws Exception {
        write(names().resolve("a.example.com"), "a.example.com");
        var files = read();
        try (var gateway = start(files)) {
            var first = shown(gateway, "a.example.com");
            var other = write(folder.resolve("other"), "a.example.com");
            write(names().resolve("c.example.com"), "c.example.com");
            Files.copy(other.chain(), Files.newOutputStream(names().resolve("a.example.com.pem")));
            Files.writeString(names().resolve("d.example.com.pem"), "nothing");
            files.reload(gateway::present);
            assertThat(shown(gateway, "a.example.com")).isEqualTo(first);
            assertThat(shown(gateway, "c.example.com")).endsWith(" c.example.com");
            assertThat(shown(gateway, "d.example.com")).endsWith(" own.example.com");

            Files.copy(other.key(), Files.newOutputStream(names().resolve("a.example.com.key")));
            files.reload(gateway::present);
            assertThat(shown(gateway, "a.example.com"))
                    .endsWith(" a.example.com")
                    .isNotEqualTo(first);
        }
    }

    @Test
    void aPairWhoseNameIsNoHostsIsLeftOutAndTheOthersGoOn() throws Exception {
        write(names().resolve("a.example.com"), "a.example.com");
        var files = read();
        List<Certificates> presented = new ArrayList<>();
        write(names().resolve("a.example.com (1)"), "a.example.com");
        write(names().resolve("b.example.com"), "b.example.com");
        files.reload(presented::add);
        files.reload(presented::add);
        assertThat(presented).hasSize(1);
        assertThat(files.certificates().byName()).containsOnlyKeys("a.example.com", "b.example.com");
        write(names().resolve("c.example.com"), "c.example.com");
        files.reload(presented::add);
        assertThat(files.certificates().byName()).containsOnlyKeys("a.example.com", "b.example.com", "c.example.com");
    }

    @Test
    void aFolderThatGoesAwayChangesNothing() throws Exception {
        var pair = write(names().resolve("a.example.com"), "a.example.com");
        var files = read();
        var before = files.certificates();
        Files.delete(pair.chain());
        Files.delete(pair.key());
        Files.delete(names());
        files.reload(_ -> {
            throw new AssertionError("presented");
        });
        assertThat(files.certificates()).isEqualTo(before);
    }

    @Test
    void thePairNamedDefaultReplacesTheServersOwn() throws Exception {
        write(names().resolve("default"), "mine.example.com");
        var files = read();
        assertThat(files.certificates().byName()).isEmpty();
        assertThat(files.certificates()
                        .byDefault()
                        .chain()
                        .getFirst()
                        .getSubjectAlternativeNames()
                        .toString())
                .contains("mine.example.com");
    }

    @Test
    void atTheStartEveryPairMustBeGood() throws Exception {
        var pair = write(names().resolve("a.example.com"), "a.example.com");
        Files.delete(pair.key());
        assertThatThrownBy(this::read).isInstanceOf(IOException.class).hasMessageContaining("a.example.com.key");
        var other = write(folder.resolve("other"), "a.example.com");
        Files.copy(other.key(), pair.key());
        assertThatThrownBy(this::read).isInstanceOf(IOException.class).hasMessageContaining("key: of another");
        Files.writeString(pair.key(), "nothing");
        assertThatThrownBy(this::read).isInstanceOf(IOException.class).hasMessageContaining("private key in PEM");
        Files.delete(pair.chain());
        write(names().resolve("a b"), "a.example.com");
        assertThatThrownBy(this::read).isInstanceOf(IOException.class).hasMessageContaining("\"a b\"");
    }

    @Test
    void aMissingFolderIsAnError() {
        assertThatThrownBy(() -> CertificateFiles.open(own, Optional.of(folder.resolve("none"))))
                .isInstanceOf(IOException.class)
                .hasMessageContaining("https.certificates: " + folder.resolve("none"));
    }

    @Test
    void readsRsaKeysAndSaysHowToConvertOtherForms() throws Exception {
        var generator = KeyPairGenerator.getInstance("RSA");
        generator.initialize(2048);
        var key = generator.generateKeyPair().getPrivate();
        var file = folder.resolve("rsa.key");
        PemFile.writeKey(file, key);
        assertThat(PemFile.readKey(file)).isEqualTo(key);
        Files.writeString(file, Files.readString(file).replace("PRIVATE KEY", "RSA PRIVATE KEY"));
        assertThatThrownBy(() -> PemFile.readKey(file)).hasMessageContaining("openssl pkcs8 -topk8 -nodes");
    }
}
