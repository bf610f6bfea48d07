/*
 * SPDX-FileCopyrightText: The Sluice authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.sluice.gateway.attack;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.gateway.attack.RecordingOrigin.Broken;
import dev.sluice.gateway.attack.RecordingOrigin.Part;
import dev.sluice.gateway.attack.RecordingOrigin.Seen;
import dev.sluice.gateway.attack.RecordingOrigin.Whole;
import dev.sluice.gateway.netty.RawClient;
import dev.sluice.gateway.netty.TestGateway;
import java.io.EOFException;
import java.io.IOException;
import java.net.SocketTimeoutException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Set;
import java.util.concurrent.locks.LockSupport;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * Each {@link AttackCase}: no request that could be read in two ways is forwarded, two requests never become one and one never two. A marker,
 * which is a plain request, is sent behind each case on its connection, and after it on a fresh one: it must be answered by its own answer,
 * or not at all.
 */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class CorpusTest {
    /** Cases that are cut at each of their bytes. */
    private static final Set<String> SPLIT = Set.of(
            "body/chunk-looks-like-a-request",
            "chunk/data-lf",
            "chunk/extension-quoted",
            "chunk/trailer",
            "coding/and-length",
            "coding/name-cr-lf",
            "field/value-bare-cr-at-end",
            "lead/one-empty-line",
            "length/twice-other",
            "line/bare-lf-ends-head",
            "pipeline/chunks-then-garbage",
            "pipeline/length-zero-then-get");

    private static final long SPLIT_NANOS = 200_000;
    private static final int MAX_SINGLE_BYTES = 1_000;

    private final RecordingOrigin origin = RecordingOrigin.naming();
    private final TestGateway gateway =
            TestGateway.start(settings -> settings.withTimes(TestGateway.times(4_000, 4_000, 5_000, 5_000)));
    /** Of the marker, so that one that comes late is not taken for another. */
    private int number;

    @BeforeAll
    void route() {
        gateway.route("ANY", "/{proxy+}", TestGateway.proxy(origin.url() + "/{proxy}"));
    }

    @AfterAll
    void close() {
        gateway.close();
        origin.close();
    }

    static Stream<AttackCase> corpus() {
        return AttackCase.corpus().stream();
    }

    static Stream<AttackCase> corpusOfShortCases() {
        return corpus().filter(attack -> attack.client().length <= MAX_SINGLE_BYTES);
    }

    static Stream<AttackCase> corpusToSplit() {
        return corpus().filter(attack -> SPLIT.contains(attack.name()));
    }

    @Test
    void isThere() {
        assertThat(corpus()).hasSizeGreaterThan(500);
        assertThat(corpusToSplit()).hasSameSizeAs(SPLIT);
    }

    @ParameterizedTest
    @MethodSource("corpus")
    void alone(AttackCase attack) throws IOException {
        attack(attack, List.of(attack.client()), false);
    }

    @ParameterizedTest
    @MethodSource("corpus")
    void withARequestBehind(AttackCase attack) throws IOException {
        attack(attack, List.of(attack.client()), true);
    }

    @ParameterizedTest
    @MethodSource("corpusOfShortCases")
    void byteByByte(AttackCase attack) throws IOException {
        List<byte[]> bytes = new ArrayList<>();
        for (byte b : attack.client()) {
            bytes.add(new byte[] {b});
        }
        attack(attack, bytes, false);
    }

    @ParameterizedTest
    @MethodSource("corpusToSplit")
    void inTwoPartsOfAnyLength(AttackCase attack) throws IOException {
        for (int at = 1; at < attack.client().length; at++) {
            byte[] first = Arrays.copyOf(attack.client(), at);
            attack(attack, List.of(first, Arrays.copyOfRange(attack.client(), at, attack.client().length)), false);
        }
    }

    private void attack(AttackCase attack, List<byte[]> parts, boolean markerBehind) throws IOException {
        origin.forget();
        number++;
        try (RawClient client = gateway.connect()) {
            for (byte[] part : parts) {
                client.send(part);
                if (parts.size() == 2) {
                    LockSupport.parkNanos(SPLIT_NANOS);
                }
            }
            if (markerBehind) {
                client.send(TestGateway.request("GET", marker()));
            }
            readAnswers(attack, client);
            if (attack.closes()) {
                assertThat(client.ended()).as(attack + ": closed").isTrue();
            } else if (markerBehind) {
                assertThat(answer(client, false).text()).as(attack.toString()).isEqualTo("GET " + marker());
            }
        } catch (EOFException | SocketTimeoutException e) {
            throw new AssertionError(attack + ": " + e.getMessage(), e);
        }
        expectOriginSaw(attack, markerBehind && !attack.closes());
    }

    private static void readAnswers(AttackCase attack, RawClient client) throws IOException {
        for (AttackCase.Expected request : attack.forwarded()) {
            boolean head = request.method().equals("HEAD");
            RawClient.Answer answer = answer(client, head);
            assertThat(answer.head()).as(attack.toString()).startsWith("HTTP/1.1 200 OK\r\n");
            if (!head) {
                assertThat(answer.text())
                        .as(attack.toString())
                        .isEqualTo(RecordingOrigin.name(request.method(), request.target()));
            }
        }
        if (!attack.statuses().isEmpty()) {
            RawClient.Answer answer = answer(client, false);
            assertThat(attack.statuses()).as(attack + ": " + answer.head()).contains(answer.status());
            assertThat(answer.header("Connection"))
                    .as(attack.toString())
                    .isEqualTo(attack.closes() ? "close" : "keep-alive");
        }
    }

    private static RawClient.Answer answer(RawClient client, boolean toHead) throws IOException {
        RawClient.Answer answer;
        do {
            answer = toHead ? client.answerToHead() : client.answer();
        } while (answer.status() == 100);
        return answer;
    }

    /** Sends the marker on a fresh connection, and compares all that came to the origin. */
    private void expectOriginSaw(AttackCase attack, boolean markerBehind) throws IOException {
        assertThat(gateway.get(marker()).text()).isEqualTo("GET " + marker());
        List<String> expected =
                new ArrayList<>(attack.forwarded().stream().map(this::text).toList());
        String marker = text(new AttackCase.Expected("GET", marker(), List.of(), ""));
        expected.add(marker);
        if (markerBehind) {
            expected.add(marker);
        }
        List<Seen> seen = origin.seen();
        assertThat(seen).as(attack.toString()).noneMatch(Broken.class::isInstance);
        if (!attack.mayBegin()) {
            assertThat(seen).as(attack.toString()).noneMatch(Part.class::isInstance);
        }
        assertThat(seen.stream()
                        .filter(Whole.class::isInstance)
                        .map(whole -> ((Whole) whole).request())
                        .filter(request -> !request.target().startsWith("/marker")
                                || request.target().equals(marker()))
                        .map(StrictRequest::text))
                .as(attack.toString())
                .containsExactlyElementsOf(expected);
    }

    private String text(AttackCase.Expected request) {
        List<String> fields = new ArrayList<>(request.fields());
        Set<String> stated = fields.stream().map(AttackCase::nameOf).collect(Collectors.toSet());
        Stream.of(
                        "Host: 127.0.0.1:" + origin.port(),
                        "User-Agent: AmazonAPIGateway_api1",
                        "Accept: application/json",
                        "X-Forwarded-For: 127.0.0.1",
                        "X-Forwarded-Port: " + gateway.port(),
                        "X-Forwarded-Proto: http",
                        "X-Amzn-Trace-Id: {trace}",
                        "X-Amzn-Apigateway-Api-Id: api1")
                .filter(field -> !stated.contains(AttackCase.nameOf(field)))
                .forEach(fields::add);
        return StrictRequest.text(request.method(), request.target(), fields, request.body());
    }

    private String marker() {
        return "/marker-" + number;
    }
}
