/*
 * SPDX-FileCopyrightText: The Sluice authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.sluice.gateway.attack;

import java.io.BufferedInputStream;
import java.io.ByteArrayOutputStream;
import java.io.FilterInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import org.jspecify.annotations.Nullable;

/** An upstream that keeps every byte it gets, on every connection, as the requests that they are or are not. Thread-safe. */
final class RecordingOrigin implements AutoCloseable {
    private static final int BACKLOG = 1_000;

    private final ServerSocket listener;
    private final Answerer answerer;
    private final Queue<Socket> sockets = new ConcurrentLinkedQueue<>();
    private final Queue<Seen> seen = new ConcurrentLinkedQueue<>();
    private final AtomicInteger connections = new AtomicInteger();
    private final AtomicInteger open = new AtomicInteger();
    private final AtomicLong bytes = new AtomicLong();

    private RecordingOrigin(ServerSocket listener, Answerer answerer) {
        this.listener = listener;
        this.answerer = answerer;
    }

    /** What it does with one request; false ends the connection. */
    interface Answerer {
        boolean answer(StrictRequest request, OutputStream out) throws IOException;
    }

    /** What came on a connection. */
    sealed interface Seen {}

    /** One request, and nothing but a request. */
    record Whole(int connection, StrictRequest request) implements Seen {}

    /** What is not one request: it was forwarded although it could not be understood. */
    record Broken(int connection, String bytes, String problem) implements Seen {}

    /** The beginning of a request, and then the end of the connection. */
    record Part(int connection, String bytes) implements Seen {}

    static RecordingOrigin start(Answerer answerer) {
        try {
            RecordingOrigin origin =
                    new RecordingOrigin(new ServerSocket(0, BACKLOG, InetAddress.getLoopbackAddress()), answerer);
            Thread.ofVirtual().start(origin::accept);
            return origin;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** Answers with the method and path it was asked for, so that it shows whose answer it is. */
    static RecordingOrigin naming() {
        return start((request, out) -> {
            answer(request, name(request.method(), request.target()), out);
            return true;
        });
    }

    static String name(String method, String target) {
        int mark = target.indexOf('?');
        return method + " " + (mark < 0 ? target : target.substring(0, mark));
    }

    static void answer(StrictRequest request, String body, OutputStream out) throws IOException {
        String head = "HTTP/1.1 200 OK\r\nContent-Type: text/plain\r\nContent-Length: " + body.length() + "\r\n\r\n";
        String answer = request.method().equals("HEAD") ? head : head + body;
        out.write(answer.getBytes(StandardCharsets.ISO_8859_1));
    }

    String url() {
        return "http://127.0.0.1:" + port();
    }

    int port() {
        return listener.getLocalPort();
    }

    /** Of all connections, in order of their completion. */
    List<Seen> seen() {
        return new ArrayList<>(seen);
    }

    void forget() {
        seen.clear();
    }

    /** Received so far. */
    long bytes() {
        return bytes.get();
    }

    int connections() {
        return connections.get();
    }

    int openConnections() {
        return open.get();
    }

    private void accept() {
        while (!listener.isClosed()) {
            try {
                Socket socket = listener.accept();
                sockets.add(socket);
                int number = connections.incrementAndGet();
                Thread.ofVirtual().start(() -> serve(number, socket));
            } catch (IOException e) {
                return;
            }
        }
    }

    private void serve(int number, Socket socket) {
        open.incrementAndGet();
        Tee in = null;
        try (socket) {
            socket.setTcpNoDelay(true);
            in = new Tee(new BufferedInputStream(socket.getInputStream()));
            OutputStream out = socket.getOutputStream();
            boolean more = true;
            while (more) {
                StrictRequest request = StrictRequest.read(in);
                if (request == null) {
                    break;
                }
                seen.add(new Whole(number, request));
                in.read.reset();
                more = answerer.answer(request, out);
                out.flush();
            }
        } catch (StrictRequest.Malformed e) {
            seen.add(new Broken(number, read(in), String.valueOf(e.getMessage())));
        } catch (IOException e) {
            if (!read(in).isEmpty()) {
                seen.add(new Part(number, read(in)));
            }
        } finally {
            open.decrementAndGet();
            sockets.remove(socket);
        }
    }

    private static String read(@Nullable Tee in) {
        return in == null ? "" : Escapes.text(in.read.toByteArray());
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

    /** Keeps what is read of one request. */
    private final class Tee extends FilterInputStream {
        private final ByteArrayOutputStream read = new ByteArrayOutputStream();

        Tee(InputStream in) {
            super(in);
        }

        @Override
        public int read() throws IOException {
            int c = super.read();
            if (c >= 0) {
                read.write(c);
                bytes.incrementAndGet();
            }
            return c;
        }

        @Override
        public int read(byte[] buffer, int from, int length) throws IOException {
            int count = super.read(buffer, from, length);
            if (count > 0) {
                read.write(buffer, from, count);
                bytes.addAndGet(count);
            }
            return count;
        }
    }
}
