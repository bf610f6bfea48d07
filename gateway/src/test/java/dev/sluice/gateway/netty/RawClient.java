/*
 * SPDX-FileCopyrightText: The Sluice authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.sluice.gateway.netty;

import java.io.ByteArrayOutputStream;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.net.InetAddress;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/** A client that sends bytes as they are and reads one answer after the other. Not thread-safe. */
public final class RawClient implements AutoCloseable {
    private static final int TIMEOUT_MILLIS = 20_000;

    private final Socket socket;
    private final InputStream in;

    RawClient(Socket socket) throws IOException {
        this.socket = socket;
        socket.setSoTimeout(TIMEOUT_MILLIS);
        socket.setTcpNoDelay(true);
        in = new java.io.BufferedInputStream(socket.getInputStream());
    }

    public static RawClient connect(int port) throws IOException {
        return new RawClient(new Socket(InetAddress.getLoopbackAddress(), port));
    }

    /** @param body as it was framed off, decoded from chunks */
    @SuppressWarnings("ArrayRecordComponent") // never compared
    public record Answer(String head, byte[] body) {
        public int status() {
            return Integer.parseInt(head.substring(9, 12));
        }

        public String text() {
            return new String(body, StandardCharsets.UTF_8);
        }

        @Nullable
        public String header(String name) {
            for (String line : head.split("\r\n")) {
                if (line.toLowerCase(Locale.ROOT).startsWith(name.toLowerCase(Locale.ROOT) + ": ")) {
                    return line.substring(name.length() + 2);
                }
            }
            return null;
        }
    }

    public RawClient send(String bytes) throws IOException {
        return send(bytes.getBytes(StandardCharsets.ISO_8859_1));
    }

    public RawClient send(byte[] bytes) throws IOException {
        socket.getOutputStream().write(bytes);
        socket.getOutputStream().flush();
        return this;
    }

    public Answer answer() throws IOException {
        return answer(false);
    }

    public Answer answerToHead() throws IOException {
        return answer(true);
    }

    /** Whether the server ends the connection, with nothing more sent. */
    public boolean ended() throws IOException {
        try {
            return in.read() < 0;
        } catch (java.net.SocketException e) {
            return true;
        }
    }

    public InputStream in() {
        return in;
    }

    public Socket socket() {
        return socket;
    }

    private Answer answer(boolean toHead) throws IOException {
        String head = head(in);
        if (head.isEmpty()) {
            throw new EOFException("no answer");
        }
        Answer bare = new Answer(head, new byte[0]);
        String length = bare.header("Content-Length");
        if (toHead || bare.status() < 200 || bare.status() == 204 || bare.status() == 304) {
            return bare;
        }
        if ("chunked".equals(bare.header("Transfer-Encoding"))) {
            return new Answer(head, chunks());
        }
        if (length == null) {
            return new Answer(head, in.readAllBytes());
        }
        byte[] body = in.readNBytes(Integer.parseInt(length));
        if (body.length != Integer.parseInt(length)) {
            throw new EOFException("body cut after " + body.length);
        }
        return new Answer(head, body);
    }

    private byte[] chunks() throws IOException {
        ByteArrayOutputStream body = new ByteArrayOutputStream();
        while (true) {
            int size = Integer.parseInt(line(in), 16);
            byte[] data = in.readNBytes(size);
            if (data.length != size || !line(in).isEmpty()) {
                throw new EOFException("chunk cut");
            }
            if (size == 0) {
                return body.toByteArray();
            }
            body.write(data);
        }
    }

    /** A head up to its empty line, which is not included; empty at the end of the stream. */
    public static String head(InputStream in) throws IOException {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        while (true) {
            int c = in.read();
            if (c < 0) {
                return "";
            }
            bytes.write(c);
            if (c == '\n' && bytes.size() >= 4) {
                String head = bytes.toString(StandardCharsets.ISO_8859_1);
                if (head.endsWith("\r\n\r\n")) {
                    return head.substring(0, head.length() - 2);
                }
            }
        }
    }

    static String line(InputStream in) throws IOException {
        StringBuilder line = new StringBuilder();
        for (int c = in.read(); c != '\n'; c = in.read()) {
            if (c < 0) {
                throw new EOFException("line cut: " + line);
            }
            if (c != '\r') {
                line.append((char) c);
            }
        }
        return line.toString();
    }

    @Override
    public void close() throws IOException {
        socket.close();
    }
}
