/*
 * SPDX-FileCopyrightText: The Sluice authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.sluice.gateway.attack;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.gateway.attack.RecordingOrigin.Broken;
import dev.sluice.gateway.attack.RecordingOrigin.Whole;
import dev.sluice.gateway.netty.RawClient;
import dev.sluice.gateway.netty.TestGateway;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Locale;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/**
 * Generated chunked bodies, good and mutated, against a reading of RFC 9112 (7.1) of the test's own: a good one arrives as it is and the
 * request behind it is served, a bad one never arrives.
 */
class ChunkFuzzTest {
    private static final String TOKEN = "[!#$%&'*+.^_`|~0-9A-Za-z-]+";
    private static final String EXTENSION =
            "(?:;" + TOKEN + "(?:=(?:" + TOKEN + "|\"(?:[ \\x21\\x23-\\x5b\\x5d-\\x7e]|\\\\[\\x20-\\x7e])*\"))?)*";
    private static final Grammar GOOD = new Grammar(
            Pattern.compile("([0-9A-Fa-f]{1,8})" + EXTENSION + "\r\n"),
            Pattern.compile("(?:" + TOKEN + ":[\\t \\x21-\\x7e]*\r\n)*\r\n"));
    /** What may as well be refused, but is read in this way or not at all. */
    private static final Grammar DOUBTFUL = new Grammar(
            Pattern.compile("0*([0-9A-Fa-f]{1,8})[ \\t]*(?:;[\\t\\x20-\\x7e\\x80-\\xff]*)?\r\n"),
            Pattern.compile("(?:" + TOKEN
                    + "[ \\t]*:[\\t\\x20-\\x7e\\x80-\\xff]*\r\n(?:[ \\t][\\t\\x20-\\x7e\\x80-\\xff]*\r\n)*)*\r\n"));

    private static final List<String> TOKENS = Stream.of(
                    "\\r\\n",
                    "\\n",
                    "\\r",
                    "0",
                    "1",
                    "a",
                    "F",
                    ";",
                    ";x",
                    ";x=1",
                    ";x=\"\\xff\"",
                    "\"",
                    "\\x20",
                    "\\t",
                    "\\x00",
                    "-",
                    "+",
                    "0x",
                    "0\\r\\n\\r\\n",
                    "3\\r\\nabc\\r\\n",
                    "X-T: 1\\r\\n",
                    "100000000",
                    "fffffffff")
            .map(Escapes::latin1)
            .toList();

    private final RecordingOrigin origin = RecordingOrigin.naming();
    private final TestGateway gateway =
            TestGateway.start(settings -> settings.withTimes(TestGateway.times(1_000, 1_000, 5_000, 5_000)));

    @BeforeEach
    void route() {
        gateway.route("ANY", "/{proxy+}", TestGateway.proxy(origin.url() + "/{proxy}"));
    }

    @AfterEach
    void close() {
        gateway.close();
        origin.close();
    }

    @Test
    void shortly() throws IOException {
        fuzz(Fuzzing.shortly("chunks"));
    }

    @Test
    @Tag("slow")
    void atLength() throws IOException {
        fuzz(Fuzzing.atLength("chunks"));
    }

    /** What a chunked body is by the specification: its data and where it ends. */
    private record Reading(String data, int end) {}

    /** @param size of a chunk, whose digits are its first group, with extensions and line end */
    private record Grammar(Pattern size, Pattern trailers) {}

    private void fuzz(Fuzzing fuzzing) throws IOException {
        int bad = 0;
        while (fuzzing.more()) {
            String chunks = generated(fuzzing);
            String sent = fuzzing.oneIn(2) ? chunks : fuzzing.mutated(chunks, TOKENS);
            bad += check(sent, fuzzing);
        }
        assertThat(bad).as("%s: bad ones", fuzzing).isPositive();
    }

    private static String generated(Fuzzing fuzzing) {
        StringBuilder out = new StringBuilder();
        for (int left = fuzzing.below(4); left > 0; left--) {
            int length = 1 + fuzzing.below(fuzzing.oneIn(20) ? 20_000 : 20);
            StringBuilder data = new StringBuilder();
            while (data.length() < length) {
                data.append(fuzzing.oneIn(8) ? fuzzing.oneOf(TOKENS) : String.valueOf((char) fuzzing.below(256)));
            }
            String size = Integer.toHexString(data.length());
            out.append("0".repeat(fuzzing.below(3)))
                    .append(fuzzing.oneIn(2) ? size.toUpperCase(Locale.ROOT) : size)
                    .append(extension(fuzzing))
                    .append("\r\n")
                    .append(data)
                    .append("\r\n");
        }
        out.append("0").append(extension(fuzzing)).append("\r\n");
        for (int left = fuzzing.below(6) - 3; left > 0; left--) {
            out.append("X-T").append(left).append(": ").append(left).append("\r\n");
        }
        return out.append("\r\n").toString();
    }

    private static String extension(Fuzzing fuzzing) {
        return switch (fuzzing.below(8)) {
            case 0 -> ";a";
            case 1 -> ";a=b;c=d";
            case 2 -> ";a=\"b;\\\"c\\\\\"";
            default -> "";
        };
    }

    private int check(String chunks, Fuzzing fuzzing) throws IOException {
        String behind = TestGateway.request("GET", "/behind", "Connection: close\r\n");
        Reading good = read(chunks + behind, GOOD);
        Reading reading = good == null ? read(chunks + behind, DOUBTFUL) : good;
        // One that ends elsewhere leaves another second request, or none: that is the other test's.
        if (reading != null && reading.end != chunks.length()) {
            return 0;
        }
        String head = TestGateway.request("POST", "/chunks", "Transfer-Encoding: chunked\r\n");
        byte[] bytes = (head + chunks + behind).getBytes(StandardCharsets.ISO_8859_1);
        String what = fuzzing + ": " + Escapes.text(bytes);
        origin.forget();
        int status;
        try (RawClient client = gateway.connect()) {
            for (byte[] part : fuzzing.parts(bytes)) {
                client.send(part);
            }
            status = StrictAnswer.read(client.in(), false).status();
            if (status == 200) {
                assertThat(StrictAnswer.read(client.in(), false).body())
                        .as(what)
                        .isEqualTo("GET /behind");
            } else {
                assertThat(client.ended()).as(what).isTrue();
            }
        } catch (IOException e) {
            throw new AssertionError(what + ": " + e.getMessage(), e);
        }
        assertThat(gateway.get("/own").text()).isEqualTo("GET /own");
        assertThat(origin.seen()).as(what).noneMatch(Broken.class::isInstance);
        List<String> bodies = origin.seen().stream()
                .filter(Whole.class::isInstance)
                .map(whole -> ((Whole) whole).request())
                .filter(request -> request.target().equals("/chunks"))
                .map(StrictRequest::body)
                .toList();
        if (good != null) {
            assertThat(status).as(what).isEqualTo(200);
        }
        if (reading == null || status != 200) {
            assertThat(status).as(what).isBetween(400, 499);
            assertThat(bodies).as(what).isEmpty();
            return 1;
        }
        assertThat(bodies).as(what).containsExactly(reading.data);
        return 0;
    }

    /** @return null when it is none */
    private static @Nullable Reading read(String chunks, Grammar grammar) {
        StringBuilder data = new StringBuilder();
        Matcher size = grammar.size.matcher(chunks);
        for (int at = 0; ; ) {
            if (!size.region(at, chunks.length()).lookingAt()) {
                return null;
            }
            long length = Long.parseLong(size.group(1), 16);
            at = size.end();
            if (length == 0) {
                Matcher trailers = grammar.trailers.matcher(chunks).region(at, chunks.length());
                return trailers.lookingAt() ? new Reading(data.toString(), trailers.end()) : null;
            }
            if (at + length + 2 > chunks.length() || !chunks.startsWith("\r\n", at + (int) length)) {
                return null;
            }
            data.append(chunks, at, at + (int) length);
            at += (int) length + 2;
        }
    }
}
