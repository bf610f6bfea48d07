/*
 * SPDX-FileCopyrightText: The Sluice authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.sluice.server.load;

import java.io.BufferedInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.IntSupplier;

/** Answers every request with the status that a decision gives; 0 ends the connection instead. */
public final class TinyServer implements AutoCloseable {
    private final ServerSocket listener = new ServerSocket(0, 128, InetAddress.getLoopbackAddress());
    private final Set<Socket> sockets = ConcurrentHashMap.newKeySet();
    private final IntSupplier decision;

    public TinyServer(IntSupplier decision) throws IOException {
        this.decision = decision;
        Thread.ofPlatform().daemon().start(this::accept);
    }

    public InetSocketAddress address() {
        return new InetSocketAddress(listener.getInetAddress(), listener.getLocalPort());
    }

    private void accept() {
        try {
            while (true) {
                var socket = listener.accept();
                socket.setTcpNoDelay(true);
                sockets.add(socket);
                Thread.ofPlatform().daemon().start(() -> serve(socket));
            }
        } catch (IOException _) {
            // closed
        }
    }

    private void serve(Socket socket) {
        try (socket;
                var in = new BufferedInputStream(socket.getInputStream(), 1 << 16)) {
            var out = new ByteArrayOutputStream();
            while (request(in)) {
                var status = decision.getAsInt();
                if (status == 0) {
                    return;
                }
                out.writeBytes(
                        ("HTTP/1.1 " + status + " X\r\nContent-Type: text/plain\r\ncontent-Length:  5\r\n\r\nhello")
                                .getBytes(StandardCharsets.US_ASCII));
                if (in.available() == 0) {
                    out.writeTo(socket.getOutputStream());
                    out.reset();
                }
            }
        } catch (IOException _) {
            // the client left
        }
    }

    private static boolean request(InputStream in) throws IOException {
        var last = 0;
        while (last != 0x0d0a0d0a) {
            var next = in.read();
            if (next < 0) {
                return false;
            }
            last = last << 8 | next;
        }
        return true;
    }

    @Override
    public void close() throws IOException {
        listener.close();
        for (var socket : sockets) {
            socket.close();
        }
    }
}
