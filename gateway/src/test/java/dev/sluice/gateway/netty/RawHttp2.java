/*
 * SPDX-FileCopyrightText: The Sluice authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.sluice.gateway.netty;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.netty.handler.codec.http2.DefaultHttp2HeadersDecoder;
import io.netty.handler.codec.http2.Http2Exception;
import io.netty.handler.codec.http2.Http2HeadersDecoder;
import java.io.ByteArrayOutputStream;
import java.io.DataInputStream;
import java.io.EOFException;
import java.io.IOException;
import java.net.InetAddress;
import java.net.Socket;
import java.net.SocketException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.HashMap;
import java.util.Map;

/** A client that writes HTTP/2 frames as they are told to it. Not thread-safe. */
final class RawHttp2 implements AutoCloseable {
    static final int DATA = 0;
    static final int HEADERS = 1;
    static final int PRIORITY = 2;
    static final int RST_STREAM = 3;
    static final int SETTINGS = 4;
    static final int PING = 6;
    static final int GOAWAY = 7;
    static final int WINDOW_UPDATE = 8;
    static final int CONTINUATION = 9;
    static final int ACK = 1;
    static final int END_STREAM = 1;
    static final int END_HEADERS = 4;
    static final int ENDED = -1;
    private static final int TIMEOUT_MILLIS = 10_000;

    private final Socket socket;
    private final DataInputStream in;
    private final Http2HeadersDecoder decoder = new DefaultHttp2HeadersDecoder(false);
    private final Map<Integer, Answer> answers = new HashMap<>();
    private final Map<Integer, Integer> updates = new HashMap<>();
    private int streamWindow = 65_535;
    private int goAway = ENDED;

    private RawHttp2(Socket socket) throws IOException {
        this.socket = socket;
        socket.setSoTimeout(TIMEOUT_MILLIS);
        socket.setTcpNoDelay(true);
        in = new DataInputStream(new java.io.BufferedInputStream(socket.getInputStream()));
    }

    /** With nothing sent. */
    static RawHttp2 silent(int port) throws IOException {
        return new RawHttp2(new Socket(InetAddress.getLoopbackAddress(), port));
    }

    /** With the preface sent. */
    static RawHttp2 connect(int port) throws IOException {
        return connect(port, new byte[0]);
    }

    /** @param settings six bytes each */
    static RawHttp2 connect(int port, byte[] settings) throws IOException {
        RawHttp2 client = silent(port);
        client.raw("PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n".getBytes(StandardCharsets.US_ASCII));
        return client.frame(SETTINGS, 0, 0, settings);
    }

    record Frame(int type, int flags, int stream, byte[] payload) {}

    /** What has come on a stream so far. */
    static final class Answer {
        final Map<String, String> fields = new HashMap<>();
        final ByteArrayOutputStream body = new ByteArrayOutputStream();
        int interim;
        int reset = ENDED;
        boolean ended;

        int status() {
            return Integer.parseInt(fields.getOrDefault(":status", "0"));
        }

        String text() {
            return body.toString(StandardCharsets.UTF_8);
        }
    }

    static byte[] setting(int id, int value) {
        return ByteBuffer.allocate(6).putShort((short) id).putInt(value).array();
    }

    static byte[] number(int value) {
        return ByteBuffer.allocate(4).putInt(value).array();
    }

    RawHttp2 raw(byte[] bytes) throws IOException {
        socket.getOutputStream().write(bytes);
        return this;
    }

    RawHttp2 frame(int type, int flags, int stream, byte[] payload) throws IOException {
        return raw(bytes(type, flags, stream, payload));
    }

    static byte[] bytes(int type, int flags, int stream, byte[] payload) {
        return ByteBuffer.allocate(9 + payload.length)
                .put((byte) (payload.length >> 16))
                .putShort((short) payload.length)
                .put((byte) type)
                .put((byte) flags)
                .putInt(stream)
                .put(payload)
                .array();
    }

    /** Fields as literals that are not indexed. */
    static byte[] fields(String... namesAndValues) {
        ByteArrayOutputStream block = new ByteArrayOutputStream();
        for (int i = 0; i < namesAndValues.length; i += 2) {
            block.write(0);
            string(block, namesAndValues[i]);
            string(block, namesAndValues[i + 1]);
        }
        return block.toByteArray();
    }

    private static void string(ByteArrayOutputStream block, String text) {
        int length = text.length();
        if (length < 127) {
            block.write(length);
        } else {
            block.write(127);
            int rest = length - 127;
            for (; rest >= 128; rest >>= 7) {
                block.write((rest & 127) | 128);
            }
            block.write(rest);
        }
        block.writeBytes(text.getBytes(StandardCharsets.ISO_8859_1));
    }

    static String[] get(String path, String... more) {
        return request("GET", path, more);
    }

    /** Of the test gateway's stage, by its host. */
    static String[] request(String method, String path, String... more) {
        String[] all = new String[8 + more.length];
        String[] own = {
            ":method", method, ":scheme", "http", ":authority", "api1.execute-api.localhost", ":path", "/dev" + path
        };
        System.arraycopy(own, 0, all, 0, 8);
        System.arraycopy(more, 0, all, 8, more.length);
        return all;
    }

    RawHttp2 headers(int stream, boolean end, String... namesAndValues) throws IOException {
        return frame(HEADERS, END_HEADERS | (end ? END_STREAM : 0), stream, fields(namesAndValues));
    }

    RawHttp2 data(int stream, boolean end, byte[] bytes) throws IOException {
        return frame(DATA, end ? END_STREAM : 0, stream, bytes);
    }

    /** Reads until the answer has ended, or its stream was reset. */
    Answer answer(int stream) throws IOException {
        Answer answer = answers.computeIfAbsent(stream, _ -> new Answer());
        while (!answer.ended && answer.reset == ENDED) {
            if (!readFrame()) {
                throw new EOFException("connection ended by GOAWAY " + goAway);
            }
        }
        return answer;
    }

    /** Reads until the stream was reset; the code. */
    int reset(int stream) throws IOException {
        Answer answer = answers.computeIfAbsent(stream, _ -> new Answer());
        while (answer.reset == ENDED) {
            if (!readFrame()) {
                throw new EOFException("connection ended by GOAWAY " + goAway);
            }
        }
        return answer.reset;
    }

    /** What has come of an answer. */
    Answer soFar(int stream) {
        return answers.computeIfAbsent(stream, _ -> new Answer());
    }

    /** Reads until the connection ends; the code of its GOAWAY, {@link #ENDED} for none. */
    int end() throws IOException {
        while (readFrame()) {
            // Until nothing more comes.
        }
        return goAway;
    }

    /** How many bytes may have been sent on a stream, or on the connection, in all. */
    int window(int stream) {
        return (stream == 0 ? 65_535 : streamWindow) + updates.getOrDefault(stream, 0);
    }

    int goAway() {
        return goAway;
    }

    /** Reads one frame and acts upon it, as a client does; false at the end. */
    boolean readFrame() throws IOException {
        Frame frame;
        try {
            frame = next();
        } catch (EOFException | SocketException _) {
            return false;
        }
        Answer answer = answers.computeIfAbsent(frame.stream, _ -> new Answer());
        switch (frame.type) {
            case WINDOW_UPDATE ->
                updates.merge(frame.stream, ByteBuffer.wrap(frame.payload).getInt(), Integer::sum);
            case SETTINGS -> {
                if ((frame.flags & ACK) == 0) {
                    settings(ByteBuffer.wrap(frame.payload));
                    tryFrame(SETTINGS, ACK, 0, new byte[0]);
                }
            }
            case HEADERS -> fields(answer, frame);
            case DATA -> answer.body.writeBytes(frame.payload);
            case RST_STREAM -> answer.reset = ByteBuffer.wrap(frame.payload).getInt();
            case GOAWAY -> goAway = ByteBuffer.wrap(frame.payload, 4, 4).getInt();
            default -> {}
        }
        answer.ended |= (frame.type == HEADERS || frame.type == DATA) && (frame.flags & END_STREAM) != 0;
        return true;
    }

    private void settings(ByteBuffer settings) {
        while (settings.hasRemaining()) {
            int id = settings.getShort();
            int value = settings.getInt();
            streamWindow = id == 4 ? value : streamWindow;
        }
    }

    private void fields(Answer answer, Frame frame) throws IOException {
        ByteBuf block = Unpooled.wrappedBuffer(frame.payload);
        try {
            decoder.decodeHeaders(frame.stream, block)
                    .forEach(field -> answer.fields.put(
                            field.getKey().toString(), field.getValue().toString()));
        } catch (Http2Exception e) {
            throw new IOException(e);
        }
        if (answer.status() < 200) {
            answer.interim = answer.status();
            answer.fields.clear();
        }
    }

    /** What a connection that has ended does not take any more. */
    private void tryFrame(int type, int flags, int stream, byte[] payload) {
        try {
            frame(type, flags, stream, payload);
        } catch (IOException _) {
            // Its end is read next.
        }
    }

    private Frame next() throws IOException {
        int length = in.readUnsignedByte() << 16 | in.readUnsignedShort();
        int type = in.readUnsignedByte();
        int flags = in.readUnsignedByte();
        int stream = in.readInt();
        byte[] payload = new byte[length];
        in.readFully(payload);
        return new Frame(type, flags, stream, payload);
    }

    @Override
    public void close() throws IOException {
        socket.close();
    }
}
