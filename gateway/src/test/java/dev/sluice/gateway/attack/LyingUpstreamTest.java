/*
 * SPDX-FileCopyrightText: The Sluice authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.sluice.gateway.attack;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import dev.sluice.gateway.netty.RawClient;
import dev.sluice.gateway.netty.TestGateway;
import java.io.EOFException;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.concurrent.locks.LockSupport;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * An upstream that lies at {@code /lie} and tells the truth elsewhere. Whatever it says, the client gets an answer that can be read in one
 * way only, or is cut off, in time; and the next requests get their own answers.
 */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class LyingUpstreamTest {
    private static final Duration TIMEOUT = Duration.ofMillis(400);
    private static final String OK = "HTTP/1.1 200 OK\r\n";

    private final TestGateway gateway = TestGateway.start();
    private volatile RecordingOrigin.Answerer lie = (_, _) -> false;
    private final RecordingOrigin origin = RecordingOrigin.start((request, out) -> {
        if (request.target().startsWith("/lie")) {
            return lie.answer(request, out);
        }
        RecordingOrigin.answer(request, request.target(), out);
        return true;
    });

    @BeforeAll
    void route() {
        gateway.route("ANY", "/{proxy+}", TestGateway.proxy(origin.url() + "/{proxy}", TIMEOUT));
    }

    @AfterAll
    void close() {
        gateway.close();
        origin.close();
    }

    private void lying(RecordingOrigin.Answerer answerer) {
        origin.forget();
        lie = answerer;
    }

    /** @param keep whether the upstream keeps its connection open */
    private void saying(String escaped, boolean keep) {
        lying((_, out) -> {
            out.write(Escapes.bytes(escaped));
            return keep;
        });
    }

    private StrictAnswer ask(RawClient client, String method, String path) throws IOException {
        client.send(TestGateway.request(method, path, method.equals("POST") ? "Content-Length: 0\r\n" : ""));
        return StrictAnswer.read(client.in(), method.equals("HEAD"));
    }

    /** Several, so that each event loop's pool is used. */
    private void expectTruthElsewhere() throws IOException {
        for (int i = 0; i < 4; i++) {
            try (RawClient client = gateway.connect()) {
                assertThat(ask(client, "GET", "/truth-" + i).body()).isEqualTo("/truth-" + i);
                assertThat(ask(client, "GET", "/more-" + i).body()).isEqualTo("/more-" + i);
            }
        }
        assertThat(origin.seen()).allMatch(RecordingOrigin.Whole.class::isInstance);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                // status lines
                "HTTP/1.1 20 OK\\r\\nContent-Length: 0\\r\\n\\r\\n",
                "HTTP/1.1 2000 OK\\r\\nContent-Length: 0\\r\\n\\r\\n",
                "HTTP/1.1 abc OK\\r\\nContent-Length: 0\\r\\n\\r\\n",
                "HTTP/1.1 -200 OK\\r\\nContent-Length: 0\\r\\n\\r\\n",
                "HTTP/1.1 099 OK\\r\\nContent-Length: 0\\r\\n\\r\\n",
                "HTTP/1.1 000 OK\\r\\nContent-Length: 0\\r\\n\\r\\n",
                "HTTP/1.1 600 OK\\r\\nContent-Length: 0\\r\\n\\r\\n",
                "HTTP/1.1\\r\\nContent-Length: 0\\r\\n\\r\\n",
                "HTTP/1.1200 OK\\r\\nContent-Length: 0\\r\\n\\r\\n",
                "HTTP/2 200 OK\\r\\nContent-Length: 0\\r\\n\\r\\n",
                "ICY 200 OK\\r\\nContent-Length: 0\\r\\n\\r\\n",
                "200 OK\\r\\nContent-Length: 0\\r\\n\\r\\n",
                "GET / HTTP/1.1\\r\\nHost: x\\r\\n\\r\\n",
                "\\x15\\x03\\x01\\x00\\x02\\x02\\x16\\r\\n\\r\\n",
                "\\x00\\x00\\x12\\x04\\x00\\x00\\x00\\x00\\x00\\r\\n\\r\\n",
                // lengths and codings
                "HTTP/1.1 200 OK\\r\\nContent-Length: +3\\r\\n\\r\\nabc",
                "HTTP/1.1 200 OK\\r\\nContent-Length: -1\\r\\n\\r\\nabc",
                "HTTP/1.1 200 OK\\r\\nContent-Length: 0x3\\r\\n\\r\\nabc",
                "HTTP/1.1 200 OK\\r\\nContent-Length: 3 3\\r\\n\\r\\nabc",
                "HTTP/1.1 200 OK\\r\\nContent-Length: 3, 4\\r\\n\\r\\nabc",
                "HTTP/1.1 200 OK\\r\\nContent-Length:\\r\\n\\r\\nabc",
                "HTTP/1.1 200 OK\\r\\nContent-Length: 99999999999999999999\\r\\n\\r\\nabc",
                "HTTP/1.1 200 OK\\r\\nContent-Length: 3\\r\\nContent-Length: 0\\r\\n\\r\\nabc",
                "HTTP/1.1 200 OK\\r\\nTransfer-Encoding: chunked\\r\\nContent-Length: 3\\r\\n\\r\\n0\\r\\n\\r\\n",
                "HTTP/1.1 200 OK\\r\\nTransfer-Encoding: identity\\r\\n\\r\\nabc",
                "HTTP/1.1 200 OK\\r\\nTransfer-Encoding: xchunked\\r\\n\\r\\n0\\r\\n\\r\\n",
                "HTTP/1.1 200 OK\\r\\nTransfer-Encoding: chunked, identity\\r\\n\\r\\n0\\r\\n\\r\\n",
                "HTTP/1.0 200 OK\\r\\nTransfer-Encoding: chunked\\r\\nContent-Length: 3\\r\\n\\r\\n0\\r\\n\\r\\n",
                // fields
                "HTTP/1.1 200 OK\\r\\nX-A: a\\x00b\\r\\nContent-Length: 0\\r\\n\\r\\n",
                "HTTP/1.1 200 OK\\r\\nX-A: a\\rb\\r\\nContent-Length: 0\\r\\n\\r\\n",
                "HTTP/1.1 200 OK\\r\\nX-\\x00A: b\\r\\nContent-Length: 0\\r\\n\\r\\n",
                "HTTP/1.1 200 OK\\r\\n: b\\r\\nContent-Length: 0\\r\\n\\r\\n",
                // never a head
                "HTTP/1.1 101 Switching Protocols\\r\\nUpgrade: websocket\\r\\nConnection: Upgrade\\r\\n\\r\\nHTTP/1.1 200 OK\\r\\nContent-Length: 4\\r\\n\\r\\nevil",
                "HTTP/1.1 200 \\(a*100000)\\r\\nContent-Length: 0\\r\\n\\r\\n",
                "HTTP/1.1 200 OK\\r\\nX-A: \\(a*200000)\\r\\nContent-Length: 0\\r\\n\\r\\n",
                "HTTP/1.1 200 OK\\r\\n\\(X-A: b\\r\\n*30000)",
                "\\(A*200000)",
                "HTTP/1.1 200 OK\\r\\nContent-Le",
                "HTTP/1.",
            })
    void answers502Or504ToWhatIsNoAnswer(String lie) throws IOException {
        saying(lie, false);
        try (RawClient client = gateway.connect()) {
            assertThat(ask(client, "GET", "/lie").status()).isIn(502, 504);
            assertThat(ask(client, "GET", "/own").body()).isEqualTo("/own");
        }
        expectTruthElsewhere();
    }

    /** RFC 9112 lets a gateway mend these or refuse them; a client must never see them as they are. */
    @ParameterizedTest
    @ValueSource(
            strings = {
                "HTTP/1.1 200 OK\\nContent-Length: 4\\n\\nevil",
                "HTTP/1.1  200 OK\\r\\nContent-Length: 4\\r\\n\\r\\nevil",
                "HTTP/1.1 200\\r\\nContent-Length: 4\\r\\n\\r\\nevil",
                "HTTP/1.1 200 O\\x00K\\r\\nContent-Length: 4\\r\\n\\r\\nevil",
                "HTTP/1.1 200 O\\rK\\r\\nContent-Length: 4\\r\\n\\r\\nevil",
                "\\r\\nHTTP/1.1 200 OK\\r\\nContent-Length: 4\\r\\n\\r\\nevil",
                "HTTP/1.1 200 OK\\r\\nX-A: a\\r\\n b\\r\\nContent-Length: 4\\r\\n\\r\\nevil",
                "HTTP/1.1 +200 OK\\r\\nContent-Length: 4\\r\\n\\r\\nevil",
                "HTTP/1.1 200 OK\\r\\nX A: b\\r\\nContent-Length: 4\\r\\n\\r\\nevil",
                "HTTP/1.1 200 OK\\r\\nX-A : a\\r\\nContent-Length: 4\\r\\n\\r\\nevil",
                "HTTP/1.1 200 OK\\r\\nContent-Length : 4\\r\\n\\r\\nevil",
                "HTTP/1.1 200 OK\\r\\nX-A: a\\nX-B: b\\r\\nContent-Length: 4\\r\\n\\r\\nevil",
                "HTTP/1.1 200 OK\\r\\nX-A: a\\x7f\\r\\nContent-Length: 4\\r\\n\\r\\nevil",
                "HTTP/1.1 200 OK\\r\\nX-A: a\\x1b[2J\\r\\nContent-Length: 4\\r\\n\\r\\nevil",
                "HTTP/1.1 200 OK\\r\\nX-\\xe9: a\\r\\nContent-Length: 4\\r\\n\\r\\nevil",
                "HTTP/1.1 200 OK\\r\\nX-A\\r\\nContent-Length: 4\\r\\n\\r\\nevil",
                "HTTP/1.1 200 OK\\r\\nContent-Length: 4\\r\\nContent-Length: 4\\r\\n\\r\\nevil",
                "HTTP/1.1 200 OK\\r\\nContent-Length: 4, 4\\r\\n\\r\\nevil",
                "HTTP/1.1 200 OK\\r\\nTransfer-Encoding: chunked\\r\\nTransfer-Encoding: chunked\\r\\n\\r\\n4\\r\\nevil\\r\\n0\\r\\n\\r\\n",
                "HTTP/1.1 200 OK\\r\\nTransfer-Encoding: chunked, chunked\\r\\n\\r\\n4\\r\\nevil\\r\\n0\\r\\n\\r\\n",
                "HTTP/1.1 200 OK\\r\\nTransfer-Encoding: gzip, chunked\\r\\n\\r\\n4\\r\\nevil\\r\\n0\\r\\n\\r\\n",
                "HTTP/1.1 200 OK\\r\\nX-A: \\(a*60000)\\r\\nContent-Length: 4\\r\\n\\r\\nevil",
            })
    void mendsOrRefuses(String lie) throws IOException {
        saying(lie, false);
        try (RawClient client = gateway.connect()) {
            StrictAnswer answer = ask(client, "GET", "/lie");
            assertThat(answer.status()).isIn(200, 502, 504);
            if (answer.status() == 200) {
                assertThat(answer.body()).isEqualTo("evil");
            }
        } catch (EOFException e) {
            assertThat(e).hasMessageStartingWith("body cut");
        }
        expectTruthElsewhere();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "3\\r\\nabc\\r\\n100000003\\r\\nabc\\r\\n0\\r\\n\\r\\n",
                "3\\r\\nabc\\r\\nFFFFFFFFFFFFFFFF\\r\\nabc\\r\\n0\\r\\n\\r\\n",
                "3\\r\\nabc\\r\\n-1\\r\\nabc\\r\\n0\\r\\n\\r\\n",
                "3\\r\\nabc\\r\\n+3\\r\\nabc\\r\\n0\\r\\n\\r\\n",
                "3\\r\\nabc\\r\\n0x3\\r\\nabc\\r\\n0\\r\\n\\r\\n",
                "3\\r\\nabc\\r\\n\\r\\nabc\\r\\n0\\r\\n\\r\\n",
                "3\\r\\nabcd\\r\\n0\\r\\n\\r\\n",
                "3\\r\\nabc0\\r\\n\\r\\n",
                "3\\r\\nabc\\r\\n3\\nabc\\r\\n0\\r\\n\\r\\n",
                "3\\r\\nabc\\n0\\r\\n\\r\\n",
                "3\\r\\nabc\\r\\n3;\\(a*200000)\\r\\nabc\\r\\n0\\r\\n\\r\\n",
                "3\\r\\nabc\\r\\n\\(0*200000)3\\r\\nabc\\r\\n0\\r\\n\\r\\n",
                "3\\r\\nabc\\r\\n0\\r\\n\\(X-T: 1\\r\\n*30000)\\r\\n",
                "3\\r\\nabc\\r\\n0\\r\\nX-T: \\(a*200000)\\r\\n\\r\\n",
                "3\\r\\nabc\\r\\n0\\r\\nX-T: 1\\r\\n",
                "3\\r\\nabc\\r\\n0\\r\\n",
                "3\\r\\nabc\\r\\n",
                "3\\r\\nabc",
                "3",
            })
    void aBodyThatBreaksIsCutOffAndNeverEnded(String chunks) throws IOException {
        saying(OK.replace("\r\n", "\\r\\n") + "Transfer-Encoding: chunked\\r\\n\\r\\n" + chunks, false);
        try (RawClient client = gateway.connect()) {
            client.send(TestGateway.request("GET", "/lie"));
            assertThatExceptionOfType(EOFException.class).isThrownBy(() -> {
                StrictAnswer answer = StrictAnswer.read(client.in(), false);
                if (answer.status() >= 500) {
                    throw new EOFException("refused as a whole");
                }
            });
        }
        expectTruthElsewhere();
    }

    /** With the connection kept open: what comes behind an answer is nobody's. */
    @ParameterizedTest
    @ValueSource(
            strings = {
                "HEAD 200 HTTP/1.1 200 OK\\r\\nContent-Length: 4\\r\\n\\r\\nevil",
                "HEAD 200 HTTP/1.1 200 OK\\r\\nTransfer-Encoding: chunked\\r\\n\\r\\n4\\r\\nevil\\r\\n0\\r\\n\\r\\n",
                "GET 204 HTTP/1.1 204 No Content\\r\\n\\r\\nevil",
                "GET 204 HTTP/1.1 204 No Content\\r\\nContent-Length: 4\\r\\n\\r\\nevil",
                "GET 204 HTTP/1.1 204 No Content\\r\\nTransfer-Encoding: chunked\\r\\n\\r\\n4\\r\\nevil\\r\\n0\\r\\n\\r\\n",
                "GET 304 HTTP/1.1 304 Not Modified\\r\\n\\r\\nevil",
                "GET 304 HTTP/1.1 304 Not Modified\\r\\nContent-Length: 4\\r\\n\\r\\nevil",
                "GET 200 HTTP/1.1 200 OK\\r\\nContent-Length: 0\\r\\n\\r\\nevil",
                "GET 200 HTTP/1.1 200 OK\\r\\nContent-Length: 0\\r\\n\\r\\nHTTP/1.1 200 OK\\r\\nContent-Length: 4\\r\\n\\r\\nevil",
                "GET 200 HTTP/1.1 200 OK\\r\\nContent-Length: 0\\r\\n\\r\\nHTTP/1.1 100 Continue\\r\\n\\r\\n",
                "GET 200 HTTP/1.1 200 OK\\r\\nContent-Length: 0\\r\\n\\r\\n\\r\\n",
                "GET 200 HTTP/1.1 200 OK\\r\\nTransfer-Encoding: chunked\\r\\n\\r\\n0\\r\\n\\r\\n0\\r\\n\\r\\n",
                "GET 200 HTTP/1.1 100 Continue\\r\\n\\r\\nHTTP/1.1 200 OK\\r\\nContent-Length: 0\\r\\n\\r\\nevil",
                "GET 200 HTTP/1.1 103 Early Hints\\r\\nContent-Length: 0\\r\\n\\r\\nHTTP/1.1 200 OK\\r\\nContent-Length: 0\\r\\n\\r\\n",
                "GET 200 HTTP/1.0 200 OK\\r\\nConnection: keep-alive\\r\\nContent-Length: 0\\r\\n\\r\\nevil",
            })
    void nothingBehindAnAnswerReachesAnybody(String lie) throws IOException {
        String[] parts = lie.split(" ", 3);
        saying(parts[2], true);
        try (RawClient client = gateway.connect()) {
            for (int i = 0; i < 3; i++) {
                StrictAnswer answer = ask(client, parts[0], "/lie");
                assertThat(answer.status()).isEqualTo(Integer.parseInt(parts[1]));
                assertThat(answer.body()).isEmpty();
                assertThat(ask(client, "GET", "/own-" + i).body()).isEqualTo("/own-" + i);
                assertThat(ask(client, "POST", "/post-" + i).body()).isEqualTo("/post-" + i);
            }
        }
        expectTruthElsewhere();
    }

    @Test
    void anInterimAnswerWithABodyIsNotRead() throws IOException {
        saying(
                "HTTP/1.1 103 Early Hints\\r\\nContent-Length: 4\\r\\n\\r\\nevilHTTP/1.1 200 OK\\r\\nContent-Length: 2\\r\\n\\r\\nok",
                false);
        try (RawClient client = gateway.connect()) {
            assertThat(ask(client, "GET", "/lie").status()).isIn(200, 502, 504);
        }
        expectTruthElsewhere();
    }

    @Test
    void whatComesOnAnIdleConnectionIsNobodys() throws Exception {
        lying((request, out) -> {
            RecordingOrigin.answer(request, "first", out);
            out.flush();
            LockSupport.parkNanos(20_000_000);
            RecordingOrigin.answer(request, "evil", out);
            return true;
        });
        try (RawClient client = gateway.connect()) {
            assertThat(ask(client, "GET", "/lie").body()).isEqualTo("first");
            int before = origin.openConnections();
            while (before > 0 && origin.openConnections() == before) {
                LockSupport.parkNanos(1_000_000);
            }
            assertThat(ask(client, "GET", "/own").body()).isEqualTo("/own");
            assertThat(ask(client, "POST", "/post").body()).isEqualTo("/post");
        }
        expectTruthElsewhere();
    }

    @ParameterizedTest
    @ValueSource(strings = {"GET", "POST"})
    void aConnectionThatIsResetWhenReusedCostsAtMostOneAnswer(String method) throws Exception {
        lying((request, out) -> {
            RecordingOrigin.answer(request, "first", out);
            return false;
        });
        try (RawClient client = gateway.connect()) {
            for (int i = 0; i < 20; i++) {
                assertThat(ask(client, method, "/lie").body()).isEqualTo("first");
                StrictAnswer answer = ask(client, method, "/own");
                assertThat(answer.status()).isIn(200, method.equals("GET") ? 200 : 504);
                assertThat(answer.status() == 504 || answer.body().equals("/own"))
                        .isTrue();
            }
        }
        expectTruthElsewhere();
    }

    @Test
    void endlessInterimAnswersEndInTime() throws IOException {
        lying((_, out) -> endlessly(out, "HTTP/1.1 103 Early Hints\r\nLink: x\r\n\r\n"));
        expectRefusedInTime();
    }

    @Test
    void aHeadThatComesByteByByteEndsInTime() throws IOException {
        lying((_, out) -> {
            for (byte b : (OK + "X-A: " + "a".repeat(1_000)).getBytes(StandardCharsets.US_ASCII)) {
                out.write(b);
                out.flush();
                LockSupport.parkNanos(20_000_000);
            }
            return false;
        });
        expectRefusedInTime();
    }

    @Test
    void aHeadWithoutEndEndsInTime() throws IOException {
        lying((_, out) -> {
            out.write(OK.getBytes(StandardCharsets.US_ASCII));
            return endlessly(out, "X-A: b\r\n");
        });
        expectRefusedInTime();
    }

    @Test
    void aBodyThatComesByteByByteIsPassedOnAsItComes() throws IOException {
        lying((_, out) -> {
            out.write((OK + "Content-Length: 5\r\n\r\n").getBytes(StandardCharsets.US_ASCII));
            for (char c : "slow!".toCharArray()) {
                LockSupport.parkNanos(50_000_000);
                out.write(c);
                out.flush();
            }
            return true;
        });
        try (RawClient client = gateway.connect()) {
            assertThat(ask(client, "GET", "/lie").body()).isEqualTo("slow!");
            assertThat(ask(client, "GET", "/own").body()).isEqualTo("/own");
        }
    }

    private static boolean endlessly(OutputStream out, String text) throws IOException {
        byte[] bytes = text.repeat(100).getBytes(StandardCharsets.US_ASCII);
        while (true) {
            out.write(bytes);
            out.flush();
        }
    }

    private void expectRefusedInTime() throws IOException {
        long begun = System.nanoTime();
        try (RawClient client = gateway.connect()) {
            assertThat(ask(client, "GET", "/lie").status()).isIn(502, 504);
            assertThat(Duration.ofNanos(System.nanoTime() - begun)).isLessThan(TIMEOUT.multipliedBy(10));
            assertThat(ask(client, "GET", "/own").body()).isEqualTo("/own");
        }
        expectTruthElsewhere();
    }
}
