/*
 * SPDX-FileCopyrightText: The Sluice authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.sluice.gateway.attack;

import java.io.BufferedInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.locks.LockSupport;

/** An upstream on one port that is up, slow, or gone with all its connections, as it is told. Thread-safe. */
final class FlappingOrigin implements AutoCloseable {
    private static final int BACKLOG = 1_000;

    private final int port;
    private final long slowNanos;
    private final Set<Socket> sockets = ConcurrentHashMap.newKeySet();
    private final AtomicInteger broken = new AtomicInteger();
    private volatile ServerSocket listener;
    private volatile State state = State.UP;

    /** @param slowNanos how long an answer takes while it is slow */
    FlappingOrigin(long slowNanos) {
        this.slowNanos = slowNanos;
        listener = listen(0);
        port = listener.getLocalPort();
        accept(listener);
    }

    enum State {
        UP,
        SLOW,
        DOWN
    }

    String url() {
        return "http://127.0.0.1:" + port;
    }

    /** Connections on which something else than requests came. */
    int broken() {
        return broken.get();
    }

    int openConnections() {
        return sockets.size();
    }

    synchronized void become(State next) {
        if (next == State.DOWN && state != State.DOWN) {
            state = next;
            close();
        } else if (next != State.DOWN && state == State.DOWN) {
            listener = listen(port);
            accept(listener);
        }
        state = next;
    }

    private static ServerSocket listen(int port) {
        try {
            ServerSocket socket = new ServerSocket();
            socket.setReuseAddress(true);
            socket.bind(new InetSocketAddress(InetAddress.getLoopbackAddress(), port), BACKLOG);
            return socket;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private void accept(ServerSocket from) {
        Thread.ofVirtual().start(() -> {
            while (!from.isClosed()) {
                try {
                    Socket socket = from.accept();
                    sockets.add(socket);
                    Thread.ofVirtual().start(() -> serve(socket));
                } catch (IOException e) {
                    return;
                }
            }
        });
    }

    private void serve(Socket socket) {
        try (socket) {
            socket.setTcpNoDelay(true);
            InputStream in = new BufferedInputStream(socket.getInputStream());
            for (StrictRequest request = StrictRequest.read(in);
                    request != null && state != State.DOWN;
                    request = StrictRequest.read(in)) {
                if (state == State.SLOW) {
                    LockSupport.parkNanos(slowNanos);
                }
                RecordingOrigin.answer(request, request.target(), socket.getOutputStream());
            }
        } catch (StrictRequest.Malformed e) {
            broken.incrementAndGet();
        } catch (IOException e) {
            // Either side has left.
            return;
        } finally {
            sockets.remove(socket);
        }
    }

    @Override
    public void close() {
        try {
            listener.close();
            for (Socket socket : sockets) {
                socket.close();
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
