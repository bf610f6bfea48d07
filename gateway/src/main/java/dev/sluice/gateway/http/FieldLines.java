/*
 * SPDX-FileCopyrightText: The Sluice authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.sluice.gateway.http;

import dev.sluice.gateway.Header;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * The field lines of a message, as the bytes that came and where in them each name and value is. Names are tokens, values hold no control
 * characters and no space at either end. Once handed out it does not change and may be read on any thread.
 */
public final class FieldLines {
    /** A message that has none. */
    public static final FieldLines NONE = new FieldLines(new byte[0]);

    /** So that a position fits in 16 bits. */
    static final int MAX_HEAD_BYTES = 65_535;

    private static final int MEAN_LINES = 12;
    /** Room for more lines than these is not kept for the next message. */
    private static final int MAX_KEPT_LINES = 96;

    private static final int MAX_DIGITS = 18;

    private byte[] bytes;
    /** Where name and value begin and end, 16 bits each. */
    private long[] spans = new long[MEAN_LINES];

    private byte[] fields = new byte[MEAN_LINES];
    /** One bit for each field that there is a line of. */
    private long present;

    private int size;

    /** @param bytes of the message, at most {@link #MAX_HEAD_BYTES} */
    FieldLines(byte[] bytes) {
        this.bytes = bytes;
    }

    /** One for the lines of several messages, one after the other. */
    static FieldLines empty() {
        return new FieldLines(new byte[0]);
    }

    /** For another message. */
    void clear() {
        if (spans.length > MAX_KEPT_LINES) {
            spans = new long[MEAN_LINES];
            fields = new byte[MEAN_LINES];
        }
        size = 0;
        present = 0;
    }

    /** Lines that did not come as HTTP/1.1. */
    public static FieldLinesBuilder builder() {
        return new FieldLinesBuilder();
    }

    /** The message has grown, what was there stays where it was. */
    void movedTo(byte[] grown) {
        bytes = grown;
    }

    KnownField add(int nameStart, int nameEnd, int valueStart, int valueEnd, boolean underscored) {
        KnownField field = KnownField.of(bytes, nameStart, nameEnd);
        if (underscored && field == KnownField.OTHER) {
            field = KnownField.UNDERSCORED;
        }
        add(field, nameStart, nameEnd, valueStart, valueEnd);
        return field;
    }

    void add(KnownField field, int nameStart, int nameEnd, int valueStart, int valueEnd) {
        if (size == spans.length) {
            spans = Arrays.copyOf(spans, 2 * size);
            fields = Arrays.copyOf(fields, 2 * size);
        }
        spans[size] = (long) nameStart << 48 | (long) nameEnd << 32 | (long) valueStart << 16 | valueEnd;
        fields[size] = (byte) field.ordinal();
        present |= 1L << field.ordinal();
        size++;
    }

    /** How many lines there are. */
    public int size() {
        return size;
    }

    /** What the line at {@code index} is. */
    public KnownField field(int index) {
        return KnownField.of(fields[index]);
    }

    public String name(int index) {
        return text(nameStart(index), nameEnd(index));
    }

    /** Each byte is one character. */
    public String value(int index) {
        return text(valueStart(index), valueEnd(index));
    }

    /** A copy of the value's bytes. */
    public byte[] valueBytes(int index) {
        return Arrays.copyOfRange(bytes, valueStart(index), valueEnd(index));
    }

    /** The first line of this field, from a line on; -1 for none. */
    public int indexOf(KnownField field, int from) {
        if ((present & 1L << field.ordinal()) == 0) {
            return -1;
        }
        for (int i = from; i < size; i++) {
            if (fields[i] == field.ordinal()) {
                return i;
            }
        }
        return -1;
    }

    /** The first value of a field; null for none. */
    public @Nullable String first(KnownField field) {
        int index = indexOf(field, 0);
        return index < 0 ? null : value(index);
    }

    /** The values of a field, in order. */
    public List<String> values(KnownField field) {
        List<String> values = new ArrayList<>(1);
        for (int i = indexOf(field, 0); i >= 0; i = indexOf(field, i + 1)) {
            values.add(value(i));
        }
        return values;
    }

    /** The first value of a field by its name in any case; null for none. */
    public @Nullable String first(String name) {
        for (int i = 0; i < size; i++) {
            if (isNamed(i, name)) {
                return value(i);
            }
        }
        return null;
    }

    /** The values of a field by its name in any case, in order. */
    public List<String> values(String name) {
        List<String> values = new ArrayList<>(1);
        for (int i = 0; i < size; i++) {
            if (isNamed(i, name)) {
                values.add(value(i));
            }
        }
        return values;
    }

    /** All lines in order. */
    public List<Header> all() {
        List<Header> all = new ArrayList<>(size);
        for (int i = 0; i < size; i++) {
            all.add(new Header(name(i), value(i)));
        }
        return all;
    }

    /** Whether the line has this name in any case. */
    public boolean isNamed(int index, String name) {
        int start = nameStart(index);
        if (nameEnd(index) - start != name.length()) {
            return false;
        }
        for (int i = 0; i < name.length(); i++) {
            if (lower(bytes[start + i]) != lower(name.charAt(i))) {
                return false;
            }
        }
        return true;
    }

    /** The names that Connection declares to be for one hop only, lower case, but for {@code close} and {@code keep-alive}. */
    public Set<String> connectionTokens() {
        Set<String> tokens = Set.of();
        for (int i = indexOf(KnownField.CONNECTION, 0); i >= 0; i = indexOf(KnownField.CONNECTION, i + 1)) {
            if (isValue(i, "keep-alive") || isValue(i, "close")) {
                continue;
            }
            for (String token : value(i).split(",")) {
                String lower = token.strip().toLowerCase(Locale.ROOT);
                if (!lower.isEmpty() && !lower.equals("close") && !lower.equals("keep-alive")) {
                    tokens = tokens.isEmpty() ? new HashSet<>() : tokens;
                    tokens.add(lower);
                }
            }
        }
        return tokens;
    }

    /** Whether the sender lets the connection live on after this message. */
    boolean keepAlive(boolean http11) {
        boolean kept = http11;
        for (int i = indexOf(KnownField.CONNECTION, 0); i >= 0; i = indexOf(KnownField.CONNECTION, i + 1)) {
            if (isValue(i, "keep-alive")) {
                kept = true;
                continue;
            }
            for (String token : value(i).split(",")) {
                if (token.strip().equalsIgnoreCase("close")) {
                    return false;
                }
                kept |= token.strip().equalsIgnoreCase("keep-alive");
            }
        }
        return kept;
    }

    /** The number that a line's value is in digits alone; -1 for another value, or one of more than 18 digits. */
    long number(int index) {
        int from = valueStart(index);
        int to = valueEnd(index);
        if (from == to || to - from > MAX_DIGITS) {
            return -1;
        }
        long number = 0;
        for (int i = from; i < to; i++) {
            int digit = bytes[i] - '0';
            if (digit < 0 || digit > 9) {
                return -1;
            }
            number = 10 * number + digit;
        }
        return number;
    }

    /** Whether the line's value is this text, in any case. */
    boolean isValue(int index, String text) {
        int start = valueStart(index);
        if (valueEnd(index) - start != text.length()) {
            return false;
        }
        for (int i = 0; i < text.length(); i++) {
            if (lower(bytes[start + i]) != lower(text.charAt(i))) {
                return false;
            }
        }
        return true;
    }

    /** What the positions of lines count in. Not to be changed. */
    public byte[] bytes() {
        return bytes;
    }

    public int nameStart(int index) {
        return (int) (spans[index] >>> 48);
    }

    public int nameEnd(int index) {
        return (int) (spans[index] >>> 32) & 0xffff;
    }

    public int valueStart(int index) {
        return (int) (spans[index] >>> 16) & 0xffff;
    }

    public int valueEnd(int index) {
        return (int) spans[index] & 0xffff;
    }

    /** Whether the line stands in the message just as it would be written. */
    boolean isPlain(int index) {
        int colon = nameEnd(index);
        int end = valueEnd(index);
        return valueStart(index) == colon + 2
                && bytes[colon] == ':'
                && bytes[colon + 1] == ' '
                && end + 1 < bytes.length
                && bytes[end] == '\r'
                && bytes[end + 1] == '\n';
    }

    private String text(int from, int to) {
        return new String(bytes, from, to - from, StandardCharsets.ISO_8859_1);
    }

    private static int lower(int c) {
        return c >= 'A' && c <= 'Z' ? c | 0x20 : c;
    }
}
