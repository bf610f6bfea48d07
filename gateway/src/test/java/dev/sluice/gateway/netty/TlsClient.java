/*
 * SPDX-FileCopyrightText: The Sluice authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.sluice.gateway.netty;

import java.io.IOException;
import java.net.InetAddress;
import java.net.Socket;
import java.security.GeneralSecurityException;
import java.security.cert.X509Certificate;
import java.util.List;
import javax.net.ssl.SNIHostName;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLEngine;
import javax.net.ssl.SSLParameters;
import javax.net.ssl.SSLSocket;
import javax.net.ssl.TrustManager;
import javax.net.ssl.X509ExtendedTrustManager;

/** The JDK's TLS client, which keeps its sessions and notes every certificate that it is shown; a resumed session shows none. Not thread-safe. */
final class TlsClient {
    private final SSLContext context;
    private final String protocol;
    private final Shown shown = new Shown();

    /** @param protocol the only one it speaks */
    TlsClient(String protocol) throws GeneralSecurityException {
        this.protocol = protocol;
        context = SSLContext.getInstance("TLS");
        context.init(null, new TrustManager[] {shown}, null);
    }

    /** @param name asked for; empty for none */
    RawClient connect(int port, String name) throws IOException {
        Socket plain = new Socket(InetAddress.getLoopbackAddress(), port);
        plain.setSoTimeout(20_000);
        SSLSocket socket = (SSLSocket) context.getSocketFactory().createSocket(plain, "localhost", port, true);
        SSLParameters parameters = socket.getSSLParameters();
        parameters.setProtocols(new String[] {protocol});
        parameters.setServerNames(name.isEmpty() ? List.of() : List.of(new SNIHostName(name)));
        socket.setSSLParameters(parameters);
        socket.startHandshake();
        return new RawClient(socket);
    }

    /** One request on a connection of its own; its answer's status. */
    int get(int port) throws IOException {
        try (RawClient client = connect(port, "")) {
            return client.send(TestGateway.request("GET", "/a")).answer().status();
        }
    }

    /** How many handshakes were no resumptions. */
    int handshakes() {
        return shown.handshakes;
    }

    X509Certificate lastShown() {
        if (shown.last == null) {
            throw new AssertionError("no certificate was shown");
        }
        return shown.last;
    }

    private static final class Shown extends X509ExtendedTrustManager {
        private int handshakes;
        private @org.jspecify.annotations.Nullable X509Certificate last;

        private void note(X509Certificate[] chain) {
            handshakes++;
            last = chain[0];
        }

        @Override
        public void checkServerTrusted(X509Certificate[] chain, String type, Socket socket) {
            note(chain);
        }

        @Override
        public void checkServerTrusted(X509Certificate[] chain, String type, SSLEngine engine) {
            note(chain);
        }

        @Override
        public void checkServerTrusted(X509Certificate[] chain, String type) {
            note(chain);
        }

        @Override
        public void checkClientTrusted(X509Certificate[] chain, String type, Socket socket) {}

        @Override
        public void checkClientTrusted(X509Certificate[] chain, String type, SSLEngine engine) {}

        @Override
        public void checkClientTrusted(X509Certificate[] chain, String type) {}

        @Override
        public X509Certificate[] getAcceptedIssuers() {
            return new X509Certificate[0];
        }
    }
}
