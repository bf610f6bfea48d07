/*
 * SPDX-FileCopyrightText: The Sluice authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.sluice.server.tls;

import static org.assertj.core.api.Assertions.assertThat;

import java.math.BigInteger;
import java.time.Instant;
import java.util.HexFormat;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Against the examples of ITU-T X.690 and values that OpenSSL's asn1parse shows. */
class DerTest {
    @ParameterizedTest
    @CsvSource({"0, 0400", "127, 047f", "128, 048180", "255, 0481ff", "256, 04820100", "65536, 0483010000"})
    void lengthsAreAsShortAsCanBe(int length, String head) {
        var value = Der.octets(new byte[length]);
        assertThat(hex(value)).startsWith(head);
        assertThat(value).hasSize(head.length() / 2 + length);
    }

    @ParameterizedTest
    @CsvSource({
        "2.100.3, 0603813403",
        "1.2.840.10045.4.3.2, 06082a8648ce3d040302",
        "2.5.29.15, 0603551d0f",
        "1.3.0.127.128.16384, 06082b007f8100818000"
    })
    void identifiersHaveSevenBitsAByte(String dotted, String expected) {
        assertThat(hex(Der.oid(dotted))).isEqualTo(expected);
    }

    @ParameterizedTest
    @CsvSource({"0, 020100", "127, 02017f", "128, 02020080", "-128, 020180"})
    void integersHaveASign(long number, String expected) {
        assertThat(hex(Der.integer(BigInteger.valueOf(number)))).isEqualTo(expected);
    }

    @Test
    void namedBitsEndWithTheLastOneSet() {
        assertThat(hex(Der.namedBits(0))).isEqualTo("03020780");
        assertThat(hex(Der.namedBits(5, 6))).isEqualTo("03020106");
        assertThat(hex(Der.namedBits(8))).isEqualTo("0303070080");
    }

    @ParameterizedTest
    @CsvSource({
        "2049-12-31T23:59:59Z, 170d3439313233313233353935395a",
        "2050-01-01T00:00:00Z, 180f32303530303130313030303030305a"
    })
    void yearsHaveFourDigitsFrom2050On(Instant instant, String expected) {
        assertThat(hex(Der.time(instant))).isEqualTo(expected);
    }

    @Test
    void tagsStandAroundOrForAType() {
        assertThat(hex(Der.sequence(Der.isTrue(), Der.bits(new byte[] {1})))).isEqualTo("30070101ff03020001");
        assertThat(hex(Der.explicit(3, Der.isTrue()))).isEqualTo("a3030101ff");
        assertThat(hex(Der.implicit(7, new byte[] {127, 0, 0, 1}))).isEqualTo("87047f000001");
    }

    private static String hex(byte[] bytes) {
        return HexFormat.of().formatHex(bytes);
    }
}
