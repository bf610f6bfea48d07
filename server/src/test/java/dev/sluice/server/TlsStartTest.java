/*
 * SPDX-FileCopyrightText: The Sluice authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.sluice.server;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.server.tls.TlsMaterial;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.security.cert.Certificate;
import java.security.cert.X509Certificate;
import java.time.InstantSource;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLSocket;
import javax.net.ssl.TrustManager;
import javax.net.ssl.X509TrustManager;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** The TLS listener and the transport of the real main program. */
class TlsStartTest {
    private static final long WAIT_NANOS = TimeUnit.SECONDS.toNanos(20);
    private static final long PAUSE_NANOS = TimeUnit.MILLISECONDS.toNanos(40);

    @TempDir
    private Path folder;

    private static Certificate shown(URI https) throws Exception {
        var context = SSLContext.getInstance("TLS");
        context.init(null, new TrustManager[] {new TrustAll()}, null);
        try (var socket = (SSLSocket) context.getSocketFactory().createSocket(https.getHost(), https.getPort())) {
            socket.setSoTimeout(20_000);
            socket.startHandshake();
            return socket.getSession().getPeerCertificates()[0];
        }
    }

    @Test
    void presentsTheFilesThatAreThereNow() throws Exception {
        try (var server = ChildServer.start(
                folder,
                Map.of("SLUICE_HTTPS_RELOAD_SECONDS", "1"),
                "start --admin-port 0 --http-port 0 --https-port 0 --data-dir d".split(" "))) {
            var ready = server.line();
            var https = URI.create(ready.substring(ready.indexOf("https=") + 6));
            var first = shown(https);
            var other = TlsMaterial.open(
                    Files.createDirectory(folder.resolve("other")), "us-east-1", InstantSource.system());
            for (var file : new String[] {"server.key", "server.pem"}) {
                Files.copy(
                        folder.resolve("other/tls").resolve(file),
                        folder.resolve("d/tls").resolve(file),
                        StandardCopyOption.REPLACE_EXISTING);
            }
            var end = System.nanoTime() + WAIT_NANOS;
            while (shown(https).equals(first) && System.nanoTime() < end) {
                LockSupport.parkNanos(PAUSE_NANOS);
            }
            assertThat(shown(https)).isEqualTo(other.chain().getFirst());
        }
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
            -Dio.netty.handler.ssl.noOpenSsl=true | --https-provider boringssl   | https.provider: boringssl does not load
            -Dio.netty.transport.noNative=true    | --gateway-transport io_uring | gateway.transport: io_uring does not work
            -Dio.netty.transport.noNative=true    | --gateway-transport epoll    | gateway.transport: epoll does not work
            -Dnone                                | --https-certificates nowhere | https.certificates: nowhere (expected: a folder
            """)
    void whatDoesNotWorkHereIsOneLineAndExitCodeOne(String option, String flag, String line) throws Exception {
        var arguments = ("start --admin-port 0 --http-port 0 --https-port 0 --data-dir d " + flag).split(" ");
        var result = ChildServer.run(folder, Map.of("JAVA_TOOL_OPTIONS", option), arguments);
        assertThat(result.exitCode()).isEqualTo(1);
        assertThat(result.err().lines().filter(text -> text.startsWith("sluice: ")))
                .singleElement()
                .asString()
                .contains(line);
    }

    @Test
    void startsWithTheJdkAloneWhereNothingElseLoads() throws Exception {
        var environment =
                Map.of("JAVA_TOOL_OPTIONS", "-Dio.netty.handler.ssl.noOpenSsl=true -Dio.netty.transport.noNative=true");
        try (var server = ChildServer.start(
                folder, environment, "start --admin-port 0 --http-port 0 --https-port 0 --data-dir d".split(" "))) {
            var ready = server.line();
            assertThat(shown(URI.create(ready.substring(ready.indexOf("https=") + 6))))
                    .isNotNull();
        }
    }

    /** Certificates are compared, not trusted. */
    private static final class TrustAll implements X509TrustManager {
        @Override
        public void checkClientTrusted(X509Certificate[] chain, String type) {}

        @Override
        public void checkServerTrusted(X509Certificate[] chain, String type) {}

        @Override
        public X509Certificate[] getAcceptedIssuers() {
            return new X509Certificate[0];
        }
    }
}
