/*
 * SPDX-FileCopyrightText: The Sluice authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.sluice.gateway.http;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.gateway.Header;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufUtil;
import io.netty.buffer.Unpooled;
import io.netty.channel.embedded.EmbeddedChannel;
import io.netty.handler.codec.http.HttpContent;
import io.netty.handler.codec.http.HttpDecoderConfig;
import io.netty.handler.codec.http.HttpObject;
import io.netty.handler.codec.http.HttpRequest;
import io.netty.handler.codec.http.HttpRequestDecoder;
import io.netty.handler.codec.http.LastHttpContent;
import io.netty.util.ReferenceCountUtil;
import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

/**
 * Our reading of requests beside Netty's: whatever we take, Netty takes as well and reads the same requests in it, byte for byte. (The other
 * way round we may be stricter.) {@code sluice.fuzz.seconds} says for how long, {@code sluice.seed} from where.
 */
class CodecDifferentialTest {
    private static final RequestHead.Connection PEER =
            new RequestHead.Connection("127.0.0.1", 1, 80, "http", "127.0.0.1", false);
    private static final String[] PIECES = {
        "GET",
        "POST",
        "HEAD",
        " ",
        "  ",
        "\t",
        "/",
        "/a/b?c=d",
        "http://h/x",
        "*",
        "HTTP/1.1",
        "HTTP/1.0",
        "HTTP/1.",
        "\r\n",
        "\n",
        "\r",
        "\r\n\r\n",
        ":",
        ": ",
        " : ",
        "Host",
        "host: a\r\n",
        "Content-Length",
        "content-length: 5\r\n",
        "Content-Length: 3\r\n",
        "Content-Length: +3\r\n",
        "Content-Length: 3, 3\r\n",
        "Transfer-Encoding",
        "Transfer-Encoding: chunked\r\n",
        "transfer-encoding: identity\r\n",
        "Transfer-Encoding: chunked, chunked\r\n",
        "Connection: close\r\n",
        "Connection: content-length\r\n",
        "Expect: 100-continue\r\n",
        "Upgrade: h2c\r\n",
        "X-A: b\r\n",
        " folded\r\n",
        "\u0000",
        "\u007f",
        "\u00ff",
        "0",
        "5",
        "3\r\nabc\r\n",
        "0\r\n\r\n",
        "0\r\nT: u\r\n\r\n",
        "a;b=c\r\n",
        "FFFFFFFF\r\n",
        "hello",
        "abc",
        ";",
        ",",
        "\"",
        "\u000b",
        "chunked",
        "_"
    };
    private static final String[] WHOLE = {
        "GET /a?b=c HTTP/1.1\r\nHost: h\r\nAccept: */*\r\n\r\n",
        "POST /a HTTP/1.1\r\nHost: h\r\nContent-Length: 5\r\n\r\nhello",
        "POST /a HTTP/1.1\r\nHost: h\r\nTransfer-Encoding: chunked\r\n\r\n5\r\nhello\r\n3;x=y\r\nabc\r\n0\r\n\r\n",
        "POST /a HTTP/1.1\r\nHost: h\r\nTransfer-Encoding: chunked\r\nTrailer: T\r\n\r\n1\r\nx\r\n0\r\nT: 1\r\n\r\n",
        "HEAD /x HTTP/1.0\r\nConnection: keep-alive\r\nHost: h:80\r\n\r\n",
        "PUT http://h/z HTTP/1.1\r\nHost: h\r\nContent-Length: 0\r\nX_y: 1\r\n\r\n"
    };

    /** @param body as it was framed */
    private record Read(String method, String uri, String version, List<Header> fields, String body) {}

    @Test
    void readsWhatItTakesAsNettyDoes() {
        long seed = Long.getLong("sluice.seed", System.nanoTime());
        long end = System.nanoTime() + TimeUnit.SECONDS.toNanos(Integer.getInteger("sluice.fuzz.seconds", 4));
        System.err.println("CodecDifferentialTest -Dsluice.seed=" + seed);
        SplittableRandom random = new SplittableRandom(seed);
        long rounds = 0;
        long requests = 0;
        long refused = 0;
        while (System.nanoTime() - end < 0) {
            rounds++;
            byte[] bytes = generate(random).getBytes(StandardCharsets.ISO_8859_1);
            List<Read> ours = new ArrayList<>();
            boolean taken = ours(bytes, 1 + random.nextInt(64), ours);
            List<Read> theirs = netty(bytes);
            String shown = "seed " + seed + ", round " + rounds + ": " + escaped(bytes);
            assertThat(theirs.size()).as(shown).isGreaterThanOrEqualTo(ours.size());
            assertThat(theirs.subList(0, ours.size())).as(shown).isEqualTo(ours);
            requests += ours.size();
            refused += taken ? 0 : 1;
        }
        // A generator that makes nothing good or nothing bad would show nothing.
        assertThat(requests).isGreaterThan(rounds / 4);
        assertThat(refused).isGreaterThan(rounds / 10);
    }

    private static String escaped(byte[] bytes) {
        StringBuilder text = new StringBuilder();
        for (byte b : bytes) {
            text.append(b >= ' ' && b < 0x7f ? Character.toString(b) : String.format("\\x%02x", b));
        }
        return text.toString();
    }

    private static String generate(SplittableRandom random) {
        StringBuilder text = new StringBuilder();
        for (int i = 1 + random.nextInt(3); i > 0; i--) {
            text.append(WHOLE[random.nextInt(WHOLE.length)]);
        }
        for (int i = random.nextInt(4); i > 0; i--) {
            int at = random.nextInt(text.length() + 1);
            switch (random.nextInt(4)) {
                case 0 -> text.insert(at, PIECES[random.nextInt(PIECES.length)]);
                case 1 -> text.delete(at, Math.min(text.length(), at + 1 + random.nextInt(6)));
                case 2 -> text.insert(at, (char) random.nextInt(256));
                default -> {
                    String piece = PIECES[random.nextInt(PIECES.length)];
                    text.replace(at, Math.min(text.length(), at + piece.length()), piece);
                }
            }
        }
        return text.toString();
    }

    /** @return false where something was refused */
    private static boolean ours(byte[] bytes, int step, List<Read> whole) {
        RequestScan scan = new RequestScan(10_240, 10_240);
        BodyReader body = new BodyReader(10_240);
        ByteBuf in = Unpooled.buffer();
        @Nullable RequestHead head = null;
        ByteArrayOutputStream content = new ByteArrayOutputStream();
        for (int at = 0; at < bytes.length; at += step) {
            in.writeBytes(bytes, at, Math.min(step, bytes.length - at));
            boolean moved = true;
            while (moved) {
                if (head == null) {
                    Verdict verdict = scan.scan(in);
                    if (verdict != Verdict.INCOMPLETE && verdict != Verdict.COMPLETE) {
                        return false;
                    }
                    moved = verdict == Verdict.COMPLETE;
                    if (moved) {
                        head = scan.take(PEER);
                        if (head == null) {
                            return false;
                        }
                        content.reset();
                        if (head.framing().contentLength() < 0) {
                            body.beginChunked();
                        } else {
                            body.beginLength(head.framing().contentLength());
                        }
                    }
                } else {
                    ByteBuf part = body.next(in);
                    if (part != null) {
                        content.writeBytes(ByteBufUtil.getBytes(part));
                        part.release();
                    }
                    moved = part != null;
                    if (body.bad()) {
                        return false;
                    }
                }
                if (head != null && body.ended()) {
                    whole.add(read(head, content));
                    head = null;
                    moved = true;
                }
            }
        }
        return true;
    }

    private static Read read(RequestHead head, ByteArrayOutputStream content) {
        String query = head.rawQuery() == null ? "" : "?" + head.rawQuery();
        return new Read(
                head.method(),
                head.rawPath() + query,
                head.protocol(),
                head.fields().all(),
                content.toString(StandardCharsets.ISO_8859_1));
    }

    private static List<Read> netty(byte[] bytes) {
        List<Read> whole = new ArrayList<>();
        EmbeddedChannel channel = new EmbeddedChannel(new HttpRequestDecoder(
                new HttpDecoderConfig().setMaxInitialLineLength(20_000).setMaxHeaderSize(20_000)));
        channel.writeInbound(Unpooled.wrappedBuffer(bytes));
        @Nullable HttpRequest head = null;
        StringBuilder content = new StringBuilder();
        for (HttpObject part = channel.readInbound(); part != null; part = channel.readInbound()) {
            if (part.decoderResult().isFailure()) {
                ReferenceCountUtil.release(part);
                break;
            }
            if (part instanceof HttpRequest request) {
                head = request;
                content.setLength(0);
            }
            if (part instanceof HttpContent data) {
                content.append(data.content().toString(StandardCharsets.ISO_8859_1));
            }
            if (part instanceof LastHttpContent && head != null) {
                whole.add(read(head, content.toString()));
            }
            ReferenceCountUtil.release(part);
        }
        channel.finishAndReleaseAll();
        return whole;
    }

    private static Read read(HttpRequest request, String content) {
        List<Header> fields = new ArrayList<>();
        request.headers().forEach(field -> fields.add(new Header(field.getKey(), field.getValue())));
        // The absolute form without its authority is what we route by.
        String uri = request.uri().replaceFirst("^(?i:https?)://[^/?]*", "");
        return new Read(
                request.method().name(),
                uri.startsWith("/") ? uri : "/" + uri,
                request.protocolVersion().text(),
                fields,
                content);
    }
}
