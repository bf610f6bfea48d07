/*
 * SPDX-FileCopyrightText: The Sluice authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.sluice.gateway.attack;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.gateway.netty.RawClient;
import dev.sluice.gateway.netty.TestGateway;
import java.io.EOFException;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/**
 * Generated answers of an upstream, good and mutated: a good one arrives; of a mutated one the client gets an answer that can be read in one
 * way only, or a connection that is cut, in time; and the next request gets its own answer.
 */
class AnswerFuzzTest {
    private static final Duration TIMEOUT = Duration.ofMillis(500);
    private static final List<String> TOKENS = Stream.of(
                    "\\r\\n",
                    "\\n",
                    "\\r",
                    "\\r\\n\\r\\n",
                    "\\x00",
                    "\\x20",
                    "\\t",
                    ":",
                    ";",
                    ",",
                    "0",
                    "3",
                    "\\xff",
                    "\\x0b",
                    "HTTP/1.1 ",
                    "HTTP/1.0 ",
                    "HTTP/1.1 200 OK\\r\\n",
                    "HTTP/1.1 100 Continue\\r\\n\\r\\n",
                    "101",
                    "204",
                    "304",
                    "Content-Length: 3\\r\\n",
                    "Content-Length: 0\\r\\n",
                    "Transfer-Encoding: chunked\\r\\n",
                    "Transfer-Encoding: identity\\r\\n",
                    "Connection: close\\r\\n",
                    "Connection: keep-alive\\r\\n",
                    "Upgrade: h2c\\r\\n",
                    "0\\r\\n\\r\\n",
                    "3\\r\\nabc\\r\\n",
                    "X-T: 1\\r\\n",
                    "Keep-Alive: timeout=0\\r\\n",
                    "-1",
                    "+")
            .map(Escapes::latin1)
            .toList();

    private volatile byte[] answer = new byte[0];
    private volatile boolean keep;
    private final RecordingOrigin origin = RecordingOrigin.start((request, out) -> {
        if (request.target().startsWith("/fuzz")) {
            out.write(answer);
            return keep;
        }
        RecordingOrigin.answer(request, request.target(), out);
        return true;
    });
    private final TestGateway gateway = TestGateway.start();

    @BeforeEach
    void route() {
        gateway.route("ANY", "/{proxy+}", TestGateway.proxy(origin.url() + "/{proxy}", TIMEOUT));
    }

    @AfterEach
    void close() {
        gateway.close();
        origin.close();
    }

    @Test
    void shortly() throws IOException {
        fuzz(Fuzzing.shortly("answers"));
    }

    @Test
    @Tag("slow")
    void atLength() throws IOException {
        fuzz(Fuzzing.atLength("answers"));
    }

    /** An answer and what a client is to get of it. */
    private record Generated(String bytes, int status, String body, boolean framed) {}

    private void fuzz(Fuzzing fuzzing) throws IOException {
        while (fuzzing.more()) {
            Generated good = generated(fuzzing);
            boolean mutate = !fuzzing.oneIn(4);
            String bytes = mutate ? fuzzing.mutated(good.bytes, TOKENS) : good.bytes;
            answer = bytes.getBytes(StandardCharsets.ISO_8859_1);
            // Kept open, what does not end costs the time-out: rarely.
            keep = good.framed && (!mutate || fuzzing.oneIn(20));
            check(mutate ? null : good, fuzzing);
        }
    }

    private static Generated generated(Fuzzing fuzzing) {
        int status = fuzzing.oneOf(List.of(200, 200, 200, 201, 204, 304, 400, 404, 500, 503));
        StringBuilder body = new StringBuilder();
        for (int left = fuzzing.below(5); left > 0; left--) {
            body.append(fuzzing.oneIn(3) ? fuzzing.oneOf(TOKENS) : "text " + left);
        }
        StringBuilder out = new StringBuilder(fuzzing.oneIn(4) ? "HTTP/1.1 103 Early Hints\r\nLink: </a>\r\n\r\n" : "");
        out.append("HTTP/1.1 ").append(status).append(fuzzing.oneIn(2) ? " OK\r\n" : " \r\n");
        for (int left = fuzzing.below(4); left > 0; left--) {
            out.append("X-Field-")
                    .append(left)
                    .append(": value \u00e9\t")
                    .append(left)
                    .append("\r\n");
        }
        if (status == 204 || status == 304) {
            return new Generated(out.append("\r\n").toString(), status, "", true);
        }
        return switch (fuzzing.below(3)) {
            case 0 ->
                new Generated(
                        out + "Content-Length: " + body.length() + "\r\n\r\n" + body, status, body.toString(), true);
            case 1 ->
                new Generated(
                        out + "Transfer-Encoding: chunked\r\n\r\n" + chunks(body, fuzzing),
                        status,
                        body.toString(),
                        true);
            default -> new Generated(out + "Connection: close\r\n\r\n" + body, status, body.toString(), false);
        };
    }

    private static String chunks(CharSequence body, Fuzzing fuzzing) {
        StringBuilder out = new StringBuilder();
        for (int at = 0; at < body.length(); ) {
            int end = Math.min(body.length(), at + 1 + fuzzing.below(10));
            out.append(Integer.toHexString(end - at))
                    .append("\r\n")
                    .append(body, at, end)
                    .append("\r\n");
            at = end;
        }
        return out.append("0\r\n\r\n").toString();
    }

    private void check(@Nullable Generated good, Fuzzing fuzzing) throws IOException {
        String what = fuzzing + ": " + Escapes.text(answer);
        boolean head = good == null && fuzzing.oneIn(5);
        try (RawClient client = gateway.connect()) {
            client.send(TestGateway.request(head ? "HEAD" : "GET", "/fuzz"));
            StrictAnswer got = StrictAnswer.read(client.in(), head);
            if (good != null) {
                assertThat(got.status()).as(what).isEqualTo(good.status);
                assertThat(got.body()).as(what).isEqualTo(good.body);
            }
            if (got.values("connection").contains("keep-alive")) {
                client.send(TestGateway.request("GET", "/own"));
                assertThat(StrictAnswer.read(client.in(), false).body())
                        .as(what)
                        .isEqualTo("/own");
            }
        } catch (StrictAnswer.Malformed e) {
            throw new AssertionError(what + ": " + e.getMessage(), e);
        } catch (EOFException e) {
            assertThat(good).as(what + ": " + e.getMessage()).isNull();
        }
        assertThat(gateway.get("/other").text()).as(what).isEqualTo("/other");
        assertThat(origin.seen()).as(what).allMatch(RecordingOrigin.Whole.class::isInstance);
        origin.forget();
    }
}
