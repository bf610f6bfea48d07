/*
 * SPDX-FileCopyrightText: The Sluice authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.sluice.gateway.attack;

import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * An answer as it came to a client, read strictly by RFC 9112: anything that two clients could read in two ways is an error. A character
 * stands for a byte.
 */
record StrictAnswer(int status, List<String> fields, String body) {
    private static final Pattern START = Pattern.compile("HTTP/1\\.1 ([1-5]\\d\\d) [\\x20-\\x7e]*");
    private static final Pattern FIELD =
            Pattern.compile("([!#$%&'*+.^_`|~0-9A-Za-z-]+): ?([\\x20\\x09\\x21-\\x7e\\x80-\\xff]*)");
    private static final int MAX_LINE_BYTES = 200_000;

    /** What came is no answer, or more than one reading of it is possible. */
    static final class Malformed extends IOException {
        private static final long serialVersionUID = 1;

        Malformed(String problem) {
            super(problem);
        }
    }

    /**
     * Skips interim answers.
     *
     * @throws EOFException when the connection ends within the answer
     */
    static StrictAnswer read(InputStream in, boolean toHead) throws IOException {
        while (true) {
            String line = line(in);
            Matcher start = START.matcher(line);
            if (!start.matches()) {
                throw new Malformed("status line: " + line);
            }
            int status = Integer.parseInt(start.group(1));
            List<String> fields = new ArrayList<>();
            for (line = line(in); !line.isEmpty(); line = line(in)) {
                Matcher field = FIELD.matcher(line);
                if (!field.matches()) {
                    throw new Malformed("field: " + line);
                }
                fields.add(field.group(1) + ": " + field.group(2).strip());
            }
            if (status >= 200) {
                boolean bodyless = toHead || status == 204 || status == 304;
                return new StrictAnswer(status, List.copyOf(fields), body(in, fields, bodyless));
            }
        }
    }

    List<String> values(String lowerName) {
        return values(fields, lowerName);
    }

    private static List<String> values(List<String> fields, String lowerName) {
        return fields.stream()
                .filter(field -> AttackCase.nameOf(field).equals(lowerName))
                .map(field -> field.substring(lowerName.length() + 2))
                .toList();
    }

    private static String body(InputStream in, List<String> fields, boolean bodyless) throws IOException {
        List<String> lengths = values(fields, "content-length");
        List<String> codings = values(fields, "transfer-encoding");
        if (lengths.size() + codings.size() > 1
                || (!codings.isEmpty() && !codings.getFirst().equals("chunked"))) {
            throw new Malformed("framing: " + lengths + codings);
        }
        if (!lengths.isEmpty() && !lengths.getFirst().matches("0|[1-9][0-9]{0,8}")) {
            throw new Malformed("length: " + lengths);
        }
        if (bodyless) {
            return "";
        }
        if (!codings.isEmpty()) {
            return chunks(in);
        }
        if (lengths.isEmpty()) {
            throw new Malformed("no framing: " + fields);
        }
        return data(in, Integer.parseInt(lengths.getFirst()));
    }

    private static String chunks(InputStream in) throws IOException {
        StringBuilder body = new StringBuilder();
        while (true) {
            String size = line(in);
            if (!size.matches("[0-9a-fA-F]{1,8}")) {
                throw new Malformed("chunk size: " + size);
            }
            int length = Integer.parseInt(size, 16);
            body.append(data(in, length));
            String end = line(in);
            if (!end.isEmpty()) {
                throw new Malformed("end of chunk: " + end);
            }
            if (length == 0) {
                return body.toString();
            }
        }
    }

    private static String data(InputStream in, int length) throws IOException {
        byte[] data = in.readNBytes(length);
        if (data.length < length) {
            throw new EOFException("body cut after " + data.length);
        }
        return new String(data, StandardCharsets.ISO_8859_1);
    }

    private static String line(InputStream in) throws IOException {
        StringBuilder line = new StringBuilder();
        while (true) {
            int c = in.read();
            if (c < 0) {
                throw new EOFException("cut in: " + line);
            }
            if (c == '\r') {
                if (in.read() != '\n') {
                    throw new Malformed("bare CR behind: " + line);
                }
                return line.toString();
            }
            if (c == '\n' || line.length() == MAX_LINE_BYTES) {
                throw new Malformed("bare LF or endless: " + line);
            }
            line.append((char) c);
        }
    }
}
