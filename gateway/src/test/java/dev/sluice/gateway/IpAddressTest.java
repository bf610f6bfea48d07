/*
 * SPDX-FileCopyrightText: The Sluice authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.sluice.gateway;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class IpAddressTest {
    @ParameterizedTest
    @CsvSource(textBlock = """
            1.2.3.4,                                  1.2.3.4
            255.255.255.0,                            255.255.255.0
            ::,                                       ::
            ::1,                                      ::1
            1::,                                      1::
            2001:DB8:0:0:0:0:0:1,                     2001:db8::1
            2001:db8:0:1:1:1:1:1,                     2001:db8:0:1:1:1:1:1
            2001:0:0:1:0:0:0:1,                       2001:0:0:1::1
            2001:db8:0:0:1:0:0:1,                     2001:db8::1:0:0:1
            fe80:0:0:0:0:0:0:0,                       fe80::
            ::ffff:192.0.2.1,                         192.0.2.1
            ::ffff:c000:201,                          192.0.2.1
            64:ff9b::192.0.2.33,                      64:ff9b::c000:221
            ffff:ffff:ffff:ffff:ffff:ffff:ffff:ffff,  ffff:ffff:ffff:ffff:ffff:ffff:ffff:ffff
            """)
    void hasOneText(String literal, String canonical) {
        assertThat(IpAddress.parse(literal).orElseThrow()).hasToString(canonical);
        assertThat(IpAddress.parse(canonical)).isEqualTo(IpAddress.parse(literal));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                " ",
                "1",
                "1.2.3",
                "1.2.3.4.5",
                "1.2.3.256",
                "01.2.3.4",
                "1.2.3.-4",
                "1.2.3.",
                "0x1.2.3.4",
                "1.2.3.4 ",
                "localhost",
                "example.org",
                "unknown",
                ":",
                ":::",
                "1::2::3",
                "::1%eth0",
                "fe80::1%1",
                "[::1]",
                "12345::",
                "1:2:3:4:5:6:7",
                "1:2:3:4:5:6:7:8:9",
                "::1.2.3",
                "::g",
                "\uff11.2.3.4",
                "1.2.3.4/8",
                "0000:0000:0000:0000:0000:0000:0000:0000:0000:0000"
            })
    void takesNothingElse(String literal) {
        assertThat(IpAddress.parse(literal)).isEmpty();
    }

    @ParameterizedTest
    @CsvSource(textBlock = """
            10.0.0.0/8,      10.255.0.1,   true
            10.0.0.0/8,      11.0.0.0,     false
            10.0.0.0/8,      ::ffff:10.1.1.1, true
            192.0.2.128/25,  192.0.2.128,  true
            192.0.2.128/25,  192.0.2.127,  false
            192.0.2.7,       192.0.2.7,    true
            192.0.2.7,       192.0.2.6,    false
            0.0.0.0/0,       203.0.113.9,  true
            0.0.0.0/0,       ::1,          false
            2001:db8::/33,   2001:db8:7fff::1, true
            2001:db8::/33,   2001:db8:8000::1, false
            ::1,             ::1,          true
            ::/0,            10.0.0.1,     false
            """)
    void networksContainWhatSharesTheirPrefix(String network, String address, boolean contained) {
        assertThat(Network.parse(network).contains(IpAddress.parse(address).orElseThrow()))
                .isEqualTo(contained);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "10.0.0.0/33",
                "10.0.0.1/8",
                "10.0.0.0/",
                "10.0.0.0/08",
                "10.0.0.0/-1",
                "10.0.0.0/8/8",
                "::/129",
                "x/8",
                "/8",
                "2001:db8::1/64",
                "10.0.0.0/1000"
            })
    void networksAreExact(String text) {
        assertThatThrownBy(() -> Network.parse(text))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageStartingWith("network: ")
                .hasMessageContaining("(expected: ");
    }
}
