/*
 * SPDX-FileCopyrightText: The Sluice authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.sluice.gateway.netty;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;

/** A real upstream over blocking sockets: records each request to the byte and answers as its script says. Thread-safe. */
public final class Origin implements AutoCloseable {
    private final ServerSocket listener;
    private final Script script;
    private final Queue<Socket> sockets = new ConcurrentLinkedQueue<>();
    private final List<String> requests = new CopyOnWriteArrayList<>();
    private final BlockingQueue<String> ends = new LinkedBlockingQueue<>();
    private final AtomicInteger connections = new AtomicInteger();

    private Origin(ServerSocket listener, Script script) {
        this.listener = listener;
        this.script = script;
    }

    /** What the upstream does with one request; false ends the connection. */
    public interface Script {
        boolean serve(Request request, OutputStream out) throws IOException;
    }

    /** A head as it was received, with its connection to read the body from. */
    public record Request(String head, InputStream in, Socket socket) {
        /** Reads the body by its framing. */
        public byte[] body() throws IOException {
            String lower = head.toLowerCase(java.util.Locale.ROOT);
            if (lower.contains("\r\ntransfer-encoding: chunked")) {
                return chunks();
            }
            int at = lower.indexOf("\r\ncontent-length: ");
            return at < 0
                    ? new byte[0]
                    : in.readNBytes(Integer.parseInt(lower.substring(at + 18, lower.indexOf('\r', at + 18))));
        }

        private byte[] chunks() throws IOException {
            ByteArrayOutputStream body = new ByteArrayOutputStream();
            while (true) {
                int size = Integer.parseInt(RawClient.line(in), 16);
                body.write(in.readNBytes(size));
                RawClient.line(in);
                if (size == 0) {
                    return body.toByteArray();
                }
            }
        }
    }

    public static Origin serving(Script script) throws IOException {
        return serving(new ServerSocket(0, 50, InetAddress.getLoopbackAddress()), script);
    }

    static Origin serving(ServerSocket listener, Script script) {
        Origin origin = new Origin(listener, script);
        Thread.ofVirtual().start(origin::accept);
        return origin;
    }

    /** Answers 200 with the request's body, keep-alive. */
    public static Script echo() {
        return (request, out) -> {
            byte[] body = request.body();
            out.write(("HTTP/1.1 200 OK\r\nContent-Length: " + body.length + "\r\nContent-Type: text/plain\r\n\r\n")
                    .getBytes(StandardCharsets.US_ASCII));
            out.write(body);
            return true;
        };
    }

    /** Answers each request with the same bytes, keep-alive. */
    public static Script always(String answer) {
        return (request, out) -> {
            request.body();
            out.write(answer.getBytes(StandardCharsets.ISO_8859_1));
            return true;
        };
    }

    public int port() {
        return listener.getLocalPort();
    }

    public String url() {
        return "http://127.0.0.1:" + port();
    }

    /** Request heads, in order of arrival. */
    public List<String> requests() {
        return requests;
    }

    public int connections() {
        return connections.get();
    }

    /** Waits until a connection has ended. */
    public boolean sawEnd() throws InterruptedException {
        return ends.poll(5, TimeUnit.SECONDS) != null;
    }

    private void accept() {
        while (!listener.isClosed()) {
            try {
                Socket socket = listener.accept();
                sockets.add(socket);
                connections.incrementAndGet();
                Thread.ofVirtual().start(() -> serve(socket));
            } catch (IOException e) {
                return;
            }
        }
    }

    private void serve(Socket socket) {
        try (socket) {
            InputStream in = socket.getInputStream();
            boolean more = true;
            while (more) {
                String head = RawClient.head(in);
                if (head.isEmpty()) {
                    break;
                }
                requests.add(head);
                more = script.serve(new Request(head, in, socket), socket.getOutputStream());
                socket.getOutputStream().flush();
            }
        } catch (IOException e) {
            // The gateway has left: what tests wait for by sawEnd().
            ends.add("broken");
            return;
        }
        ends.add("ended");
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
