/*
 * SPDX-FileCopyrightText: The Sluice authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.sluice.gateway.http;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.charset.StandardCharsets;
import java.util.Locale;
import java.util.Random;
import org.junit.jupiter.api.Test;

class WordsTest {
    @Test
    void goesOverNothingButPrintableBytes() {
        long seed = System.nanoTime();
        Random random = new Random(seed);
        for (int i = 0; i < 200_000; i++) {
            byte[] bytes = text(random);
            int from = random.nextInt(bytes.length + 1);
            int end = Words.overPrintable(bytes, from, bytes.length);

            assertThat(end).as("seed %d", seed).isBetween(from, bytes.length);
            for (int at = from; at < end; at++) {
                assertThat(bytes[at]).as("seed %d", seed).isBetween((byte) 0x20, (byte) 0x7e);
            }
        }
    }

    @Test
    void goesOverAllThatIsPrintableInWholeWords() {
        byte[] all = new byte[0x7f - 0x20];
        for (int c = 0x20; c < 0x7f; c++) {
            all[c - 0x20] = (byte) c;
        }
        assertThat(Words.overPrintable(all, 0, all.length)).isEqualTo(all.length / Words.BYTES * Words.BYTES);
    }

    @Test
    void everyKnownFieldIsFoundInAnyCaseAndNotWithOneByteMore() {
        for (KnownField field : KnownField.values()) {
            if (field == KnownField.OTHER || field == KnownField.UNDERSCORED) {
                continue;
            }
            String name = field.lowerName();
            assertThat(KnownField.of(name)).isEqualTo(field);
            assertThat(KnownField.of(name.toUpperCase(Locale.ROOT))).isEqualTo(field);
            assertThat(KnownField.of(name + "x")).isEqualTo(KnownField.OTHER);
            for (int i = 0; i < name.length(); i++) {
                String other = name.substring(0, i) + '~' + name.substring(i + 1);
                assertThat(KnownField.of(other)).isEqualTo(KnownField.OTHER);
            }
        }
    }

    @Test
    void whatIsNoNameIsNoKnownField() {
        assertThat(KnownField.of("content\rlength")).isEqualTo(KnownField.OTHER);
        assertThat(KnownField.of("content-md\u0015")).isEqualTo(KnownField.OTHER);
        assertThat(KnownField.of("")).isEqualTo(KnownField.OTHER);
    }

    private static byte[] text(Random random) {
        byte[] bytes = "mostly what can be printed, and sometimes not".getBytes(StandardCharsets.US_ASCII);
        for (int changes = random.nextInt(4); changes > 0; changes--) {
            bytes[random.nextInt(bytes.length)] = (byte) random.nextInt(256);
        }
        return bytes;
    }
}
