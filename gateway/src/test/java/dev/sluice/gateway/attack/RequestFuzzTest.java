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
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.net.SocketException;
import java.net.SocketTimeoutException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/**
 * Mutations of the corpus from client to upstream and back. The upstream numbers its answers: for each 2xx that a client gets, the upstream
 * got exactly one well-formed request, in that order, and it never gets anything else than well-formed requests.
 */
class RequestFuzzTest {
    private static final int MAX_BYTES = 1_500;
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
                    "HTTP/1.1",
                    "HTTP/1.0",
                    "GET /dev/z HTTP/1.1\\r\\n",
                    "Host: api1.execute-api.localhost\\r\\n",
                    "Content-Length: 3\\r\\n",
                    "Content-Length: 0\\r\\n",
                    "Transfer-Encoding: chunked\\r\\n",
                    "Transfer-Encoding: identity\\r\\n",
                    "Connection: close\\r\\n",
                    "Connection: Content-Length\\r\\n",
                    "Expect: 100-continue\\r\\n",
                    "Upgrade: h2c\\r\\n",
                    "0\\r\\n\\r\\n",
                    "3\\r\\nabc\\r\\n",
                    "3;a=\"b\"\\r\\n",
                    "X-T: 1\\r\\n",
                    "%2e",
                    "%0d%0a",
                    "/..",
                    "//",
                    "?",
                    "#",
                    "\\xef\\xbb\\xbf",
                    "-1",
                    "0x",
                    "+")
            .map(Escapes::latin1)
            .toList();

    private final AtomicInteger numbers = new AtomicInteger();
    private final RecordingOrigin origin = RecordingOrigin.start((_, out) -> {
        String answer = "HTTP/1.1 200 OK\r\nX-Number: " + numbers.incrementAndGet() + "\r\nContent-Length: 0\r\n\r\n";
        out.write(answer.getBytes(StandardCharsets.US_ASCII));
        return true;
    });
    private final TestGateway gateway =
            TestGateway.start(settings -> settings.withTimes(TestGateway.times(400, 400, 5_000, 5_000)));

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
        fuzz(Fuzzing.shortly("requests"));
    }

    @Test
    @Tag("slow")
    void atLength() throws IOException {
        fuzz(Fuzzing.atLength("requests"));
    }

    private void fuzz(Fuzzing fuzzing) throws IOException {
        List<String> corpus = AttackCase.corpus().stream()
                .map(attack -> new String(attack.client(), StandardCharsets.ISO_8859_1))
                .filter(bytes -> bytes.length() <= MAX_BYTES)
                .toList();
        int answered = 0;
        while (fuzzing.more()) {
            String input = fuzzing.mutated(fuzzing.oneOf(corpus), TOKENS);
            // How the gateway ends its own answer to a HEAD cannot be seen from outside.
            if (!input.contains("HEAD")) {
                String behind = TestGateway.request("GET", "/behind", "Connection: close\r\n");
                answered += check(input + behind, fuzzing);
            }
        }
        assertThat(answered).as("%s: answered by the upstream", fuzzing).isPositive();
    }

    private int check(String input, Fuzzing fuzzing) throws IOException {
        byte[] bytes = input.getBytes(StandardCharsets.ISO_8859_1);
        String what = fuzzing + ": " + Escapes.text(bytes);
        origin.forget();
        int before = numbers.get();
        List<Integer> answers = new ArrayList<>();
        try (RawClient client = gateway.connect()) {
            for (byte[] part : fuzzing.parts(bytes)) {
                client.send(part);
            }
            readAnswers(client.in(), answers);
        } catch (StrictAnswer.Malformed | SocketTimeoutException e) {
            throw new AssertionError(what + ": " + e.getMessage(), e);
        } catch (EOFException | SocketException e) {
            // The gateway has ended the connection, at the latest when the input did not go on.
        }
        String own = gateway.get("/own").header("X-Number");
        assertThat(origin.seen()).as(what).noneMatch(Broken.class::isInstance);
        List<Whole> whole = origin.seen().stream()
                .filter(Whole.class::isInstance)
                .map(Whole.class::cast)
                .toList();
        assertThat(whole.getLast().request().target()).as(what).isEqualTo("/own");
        assertThat(own).as(what).isEqualTo(Integer.toString(before + whole.size()));
        List<Integer> expected = new ArrayList<>();
        for (int i = 1; i < whole.size(); i++) {
            expected.add(before + i);
        }
        assertThat(answers).as("%s: %s", what, whole).isEqualTo(expected);
        return answers.size();
    }

    private static void readAnswers(InputStream in, List<Integer> numbersOfAnswers) throws IOException {
        while (true) {
            StrictAnswer answer = StrictAnswer.read(in, false);
            if (answer.status() < 300) {
                numbersOfAnswers.add(Integer.valueOf(answer.values("x-number").getFirst()));
            }
        }
    }
}
