/*
 * SPDX-FileCopyrightText: The Sluice authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.sluice.gateway.attack;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * A request as it came to an upstream, read by RFC 9112 and stricter, with nothing of the gateway's own code: what can be read in two ways is
 * an error. A character stands for a byte.
 */
record StrictRequest(String method, String target, List<String> fields, String body) {
    private static final String TOKEN = "[!#$%&'*+.^_`|~0-9A-Za-z-]+";
    private static final Pattern START = Pattern.compile("(" + TOKEN + ") (/[\\x21-\\x22\\x24-\\x7e]*) HTTP/1\\.1");
    private static final Pattern FIELD =
            Pattern.compile("(" + TOKEN + "):[ \\t]*((?:[\\x21-\\x7e\\x80-\\xff](?:[\\x20\\x09\\x21-\\x7e\\x80-\\xff]*"
                    + "[\\x21-\\x7e\\x80-\\xff])?)?)[ \\t]*");
    private static final Pattern SIZE = Pattern.compile("[0-9A-Fa-f]{1,8}");
    private static final Pattern TRACE = Pattern.compile("Root=1-[0-9a-f]{8}-[0-9a-f]{24}");
    private static final int MAX_LINE_BYTES = 65_536;

    /** What came is not exactly one request. */
    static final class Malformed extends IOException {
        private static final long serialVersionUID = 1;

        Malformed(String problem) {
            super(problem);
        }
    }

    /** The connection ended within a request. */
    static final class Cut extends IOException {
        private static final long serialVersionUID = 1;
    }

    /** @return null at the end of the stream */
    static @Nullable StrictRequest read(InputStream in) throws IOException {
        int first = in.read();
        if (first < 0) {
            return null;
        }
        String line = line(in, first);
        Matcher start = START.matcher(line);
        if (!start.matches()) {
            throw new Malformed("request line: " + line);
        }
        List<String> fields = new ArrayList<>();
        for (line = line(in, next(in)); !line.isEmpty(); line = line(in, next(in))) {
            Matcher field = FIELD.matcher(line);
            if (!field.matches()) {
                throw new Malformed("field: " + line);
            }
            fields.add(field.group(1) + (field.group(2).isEmpty() ? ":" : ": " + field.group(2)));
        }
        if (values(fields, "host").size() != 1) {
            throw new Malformed("hosts: " + values(fields, "host"));
        }
        return new StrictRequest(start.group(1), start.group(2), List.copyOf(fields), body(in, fields));
    }

    /** Fields sorted by name, and one that is made at random replaced, to be compared. */
    String text() {
        return text(method, target, fields, body);
    }

    static String text(String method, String target, List<String> fields, String body) {
        StringBuilder text = new StringBuilder(method + " " + target + "\n");
        fields.stream()
                .sorted(Comparator.comparing(AttackCase::nameOf))
                .forEach(field -> text.append(field).append('\n'));
        return TRACE.matcher(text).replaceAll("{trace}") + "> " + body;
    }

    private static List<String> values(List<String> fields, String lowerName) {
        return fields.stream()
                .filter(field -> AttackCase.nameOf(field).equals(lowerName))
                .map(field -> field.substring(lowerName.length() + 1).strip())
                .toList();
    }

    private static String body(InputStream in, List<String> fields) throws IOException {
        List<String> lengths = values(fields, "content-length");
        List<String> codings = values(fields, "transfer-encoding");
        if (lengths.size() + codings.size() > 1) {
            throw new Malformed("framings: " + lengths + codings);
        }
        if (!codings.isEmpty()) {
            if (!codings.getFirst().equals("chunked")) {
                throw new Malformed("coding: " + codings);
            }
            return chunks(in);
        }
        if (lengths.isEmpty()) {
            return "";
        }
        if (!lengths.getFirst().matches("0|[1-9][0-9]{0,8}")) {
            throw new Malformed("length: " + lengths);
        }
        return data(in, Integer.parseInt(lengths.getFirst()));
    }

    private static String chunks(InputStream in) throws IOException {
        StringBuilder body = new StringBuilder();
        while (true) {
            String size = line(in, next(in));
            if (!SIZE.matcher(size).matches()) {
                throw new Malformed("chunk size: " + size);
            }
            int length = Integer.parseInt(size, 16);
            body.append(data(in, length));
            String end = line(in, next(in));
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
            throw new Cut();
        }
        return new String(data, StandardCharsets.ISO_8859_1);
    }

    private static String line(InputStream in, int first) throws IOException {
        ByteArrayOutputStream line = new ByteArrayOutputStream();
        for (int c = first; ; c = next(in)) {
            if (c == '\r') {
                if (next(in) != '\n') {
                    throw new Malformed("bare CR behind: " + line.toString(StandardCharsets.ISO_8859_1));
                }
                return line.toString(StandardCharsets.ISO_8859_1);
            }
            if (c == '\n' || line.size() == MAX_LINE_BYTES) {
                throw new Malformed("bare LF or endless: " + line.toString(StandardCharsets.ISO_8859_1));
            }
            line.write(c);
        }
    }

    private static int next(InputStream in) throws IOException {
        int c = in.read();
        if (c < 0) {
            throw new Cut();
        }
        return c;
    }
}
