/*
 * SPDX-FileCopyrightText: The Sluice authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.sluice.gateway.attack;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URISyntaxException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Objects;
import java.util.stream.Stream;

/**
 * What a client sends, and what must become of it; a file of the corpus.
 *
 * <p>A file begins with lines {@code key: value}. {@code why} says what is wrong or right with the bytes, {@code row} names the row of the list
 * of published attacks it belongs to, if any. {@code expect} is one of
 *
 * <ul>
 *   <li>{@code refused 400}: answered so (or by one of several statuses), closed, and no byte of it forwarded;
 *   <li>{@code cut 400}: answered so and closed; its head may have been forwarded, but never so that an upstream takes it for complete;
 *   <li>{@code answered 403}: answered so, not forwarded, and the connection goes on with the next request;
 *   <li>{@code forwarded}: each {@code == origin} section once, in that order, and the connection goes on;
 *   <li>{@code forwarded close}: the same, but nothing behind it is served;
 *   <li>{@code forwarded refused 400}: the same, and what follows is refused.
 * </ul>
 *
 * <p>Then {@code == client} and its bytes as {@link Escapes}, where line ends of the file count for nothing. An {@code == origin} section has the
 * request line without its version, the fields but for those that the gateway sets itself with their usual values, and the body behind
 * {@code >}.
 *
 * @param statuses of the answer behind those of what is forwarded; empty for none
 * @param mayBegin whether a part of what is refused may have been forwarded
 * @param closes whether nothing behind it is served
 */
@SuppressWarnings("ArrayRecordComponent") // never compared
record AttackCase(
        String name,
        String row,
        byte[] client,
        List<Expected> forwarded,
        List<Integer> statuses,
        boolean mayBegin,
        boolean closes) {

    /** A request as the upstream is to get it; its text as {@link StrictRequest#text}. */
    record Expected(String method, String target, List<String> fields, String body) {}

    static List<AttackCase> corpus() {
        try (Stream<Path> files = Files.walk(directory())) {
            return files.filter(file -> file.toString().endsWith(".case"))
                    .sorted()
                    .map(AttackCase::read)
                    .toList();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    @Override
    public String toString() {
        return row.isEmpty() ? name : name + " (row " + row + ")";
    }

    private static Path directory() {
        try {
            return Path.of(Objects.requireNonNull(AttackCase.class.getResource("/attacks"))
                    .toURI());
        } catch (URISyntaxException e) {
            throw new IllegalStateException("/attacks", e);
        }
    }

    private static AttackCase read(Path file) {
        String name = directory().relativize(file).toString().replace(".case", "");
        try {
            return parse(name, Files.readString(file));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        } catch (RuntimeException e) {
            throw new IllegalArgumentException(name, e);
        }
    }

    private static AttackCase parse(String name, String text) {
        String[] sections = text.split("(?m)^== ");
        String row = "";
        String[] expect = {};
        for (String line : sections[0].lines().toList()) {
            String[] entry = line.split(": ", 2);
            switch (entry[0]) {
                case "row" -> row = entry[1];
                case "expect" -> expect = entry[1].split(" ");
                case "why" -> {}
                default -> throw new IllegalArgumentException(line + " (expected: why, row or expect)");
            }
        }
        String client = "";
        List<Expected> forwarded = new ArrayList<>();
        for (int i = 1; i < sections.length; i++) {
            List<String> lines = sections[i].lines().toList();
            List<String> rest = lines.subList(1, lines.size());
            switch (lines.getFirst()) {
                case "client" -> client = String.join("", rest);
                case "origin" -> forwarded.add(expected(rest));
                default -> throw new IllegalArgumentException(lines.getFirst() + " (expected: client or origin)");
            }
        }
        List<String> words = List.of(expect);
        List<Integer> statuses = words.stream()
                .filter(word -> word.matches("\\d{3}"))
                .map(Integer::valueOf)
                .toList();
        boolean known =
                words.stream().allMatch(word -> word.matches("refused|cut|answered|forwarded|close|[4-5]\\d\\d"));
        if (!known || words.contains("forwarded") == forwarded.isEmpty()) {
            throw new IllegalArgumentException("expect: " + String.join(" ", words));
        }
        return new AttackCase(
                name,
                row,
                Escapes.bytes(client),
                forwarded,
                statuses,
                words.contains("cut"),
                words.contains("cut") || words.contains("refused") || words.contains("close"));
    }

    private static Expected expected(List<String> lines) {
        String[] start = Escapes.latin1(lines.getFirst()).split(" ", 2);
        List<String> fields = new ArrayList<>();
        String body = "";
        for (String line : lines.subList(1, lines.size())) {
            if (line.startsWith("> ")) {
                body = Escapes.latin1(line.substring(2));
            } else {
                fields.add(Escapes.latin1(line));
            }
        }
        return new Expected(start[0], start[1], fields, body);
    }

    /** The lower-case name of a field. */
    static String nameOf(String field) {
        return field.substring(0, field.indexOf(':')).toLowerCase(Locale.ROOT);
    }
}
