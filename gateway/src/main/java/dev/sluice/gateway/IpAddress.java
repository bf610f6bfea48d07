/*
 * SPDX-FileCopyrightText: The Sluice authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.sluice.gateway;

import java.net.Inet6Address;
import java.net.InetAddress;
import java.util.Arrays;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** An IPv4 or IPv6 address without port and zone. An IPv4 address in IPv6 form is the IPv4 address. Immutable. */
public final class IpAddress {
    private static final int MAX_LITERAL = 45;
    private static final int V4_PARTS = 4;
    private static final int GROUPS = 8;

    private final byte[] bytes;

    private IpAddress(byte[] bytes) {
        this.bytes = bytes;
    }

    public static IpAddress of(InetAddress address) {
        byte[] bytes = address.getAddress();
        return new IpAddress(isMapped(bytes) ? Arrays.copyOfRange(bytes, 12, 16) : bytes);
    }

    /**
     * Reads a literal and never asks a name service.
     *
     * @param literal four decimal numbers without leading zeros, or an IPv6 address by RFC 4291 without brackets and zone
     */
    public static Optional<IpAddress> parse(String literal) {
        if (literal.isEmpty() || literal.length() > MAX_LITERAL) {
            return Optional.empty();
        }
        return literal.indexOf(':') < 0 ? parseV4(literal) : parseV6(literal);
    }

    /** 4 or 16 bytes, the highest first. */
    public byte[] bytes() {
        return bytes.clone();
    }

    /** Whether the first bits of both are the same; those of different families never are. */
    boolean sharesPrefix(IpAddress other, int bits) {
        if (bytes.length != other.bytes.length) {
            return false;
        }
        int whole = bits / Byte.SIZE;
        if (!Arrays.equals(bytes, 0, whole, other.bytes, 0, whole)) {
            return false;
        }
        int rest = Byte.SIZE - bits % Byte.SIZE;
        return rest == Byte.SIZE || (bytes[whole] & 0xff) >>> rest == (other.bytes[whole] & 0xff) >>> rest;
    }

    int bits() {
        return bytes.length * Byte.SIZE;
    }

    /** Whether all bits behind the first ones are 0. */
    boolean endsAfter(int bits) {
        for (int i = bits; i < bits(); i++) {
            if ((bytes[i / Byte.SIZE] >> (Byte.SIZE - 1 - i % Byte.SIZE) & 1) != 0) {
                return false;
            }
        }
        return true;
    }

    private static Optional<IpAddress> parseV4(String literal) {
        String[] parts = literal.split("\\.", -1);
        if (parts.length != V4_PARTS) {
            return Optional.empty();
        }
        byte[] bytes = new byte[V4_PARTS];
        for (int i = 0; i < V4_PARTS; i++) {
            int value = octet(parts[i]);
            if (value < 0) {
                return Optional.empty();
            }
            bytes[i] = (byte) value;
        }
        return Optional.of(new IpAddress(bytes));
    }

    /** -1 for what is none. A leading zero means octal to some, so it is not taken. */
    private static int octet(String part) {
        boolean digits = !part.isEmpty() && part.length() <= 3 && part.chars().allMatch(c -> c >= '0' && c <= '9');
        if (!digits || part.length() > 1 && part.charAt(0) == '0') {
            return -1;
        }
        int value = Integer.parseInt(part);
        return value > 255 ? -1 : value;
    }

    private static Optional<IpAddress> parseV6(String literal) {
        boolean plain = literal.chars()
                .allMatch(c ->
                        c >= '0' && c <= '9' || c >= 'a' && c <= 'f' || c >= 'A' && c <= 'F' || c == ':' || c == '.');
        if (!plain) {
            return Optional.empty();
        }
        try {
            return Optional.of(of(Inet6Address.ofLiteral(literal)));
        } catch (IllegalArgumentException _) {
            return Optional.empty();
        }
    }

    private static boolean isMapped(byte[] bytes) {
        if (bytes.length != 16 || bytes[10] != -1 || bytes[11] != -1) {
            return false;
        }
        for (int i = 0; i < 10; i++) {
            if (bytes[i] != 0) {
                return false;
            }
        }
        return true;
    }

    @Override
    public boolean equals(@Nullable Object other) {
        return other instanceof IpAddress address && Arrays.equals(address.bytes, bytes);
    }

    @Override
    public int hashCode() {
        return Arrays.hashCode(bytes);
    }

    /** The canonical text, by RFC 5952 for IPv6. */
    @Override
    public String toString() {
        if (bytes.length == V4_PARTS) {
            return (bytes[0] & 0xff) + "." + (bytes[1] & 0xff) + "." + (bytes[2] & 0xff) + "." + (bytes[3] & 0xff);
        }
        int zerosFrom = -1;
        int zeros = 1; // a single group of zeros is not shortened
        for (int from = 0; from < GROUPS; from++) {
            int to = from;
            while (to < GROUPS && group(to) == 0) {
                to++;
            }
            if (to - from > zeros) {
                zerosFrom = from;
                zeros = to - from;
            }
        }
        StringBuilder text = new StringBuilder();
        for (int i = 0; i < GROUPS; i++) {
            if (i == zerosFrom) {
                text.append("::");
                i += zeros - 1;
            } else {
                text.append(text.isEmpty() || text.charAt(text.length() - 1) == ':' ? "" : ":")
                        .append(Integer.toHexString(group(i)));
            }
        }
        return text.toString();
    }

    private int group(int index) {
        return (bytes[2 * index] & 0xff) << Byte.SIZE | bytes[2 * index + 1] & 0xff;
    }
}
