/*
 * SPDX-FileCopyrightText: The Sluice authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.sluice.gateway;

/**
 * A block of IP addresses.
 *
 * @param base the first of them
 * @param prefixBits that all share: 0 to 32, or to 128 for IPv6
 */
public record Network(IpAddress base, int prefixBits) {
    public Network {
        if (prefixBits < 0 || prefixBits > base.bits() || !base.endsAfter(prefixBits)) {
            throw new IllegalArgumentException("network: " + base + "/" + prefixBits + " (expected: 0 to " + base.bits()
                    + " bits, and zeros behind them)");
        }
    }

    /**
     * From CIDR notation, {@code 10.0.0.0/8} or {@code 2001:db8::/32}; an address alone is a block of one.
     *
     * @throws IllegalArgumentException naming what is wrong
     */
    public static Network parse(String text) {
        int slash = text.indexOf('/');
        IpAddress base = IpAddress.parse(slash < 0 ? text : text.substring(0, slash))
                .orElseThrow(() -> new IllegalArgumentException("network: " + text + " (expected: an IP address)"));
        if (slash < 0) {
            return new Network(base, base.bits());
        }
        String bits = text.substring(slash + 1);
        if (!bits.matches("0|[1-9]\\d{0,2}")) {
            throw new IllegalArgumentException("network: " + text + " (expected: a number of bits after the slash)");
        }
        return new Network(base, Integer.parseInt(bits));
    }

    public boolean contains(IpAddress address) {
        return base.sharesPrefix(address, prefixBits);
    }

    @Override
    public String toString() {
        return base + "/" + prefixBits;
    }
}
