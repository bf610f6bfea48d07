/*
 * SPDX-FileCopyrightText: The Sluice authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.sluice.gateway.accesslog;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.charset.StandardCharsets;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class LineTest {
    private final Line line = new Line();

    @ParameterizedTest
    @CsvSource(delimiter = '|', quoteCharacter = '\'', textBlock = """
            plain text/1.0 (x)  | plain text/1.0 (x)
            say "hi"            | say \\"hi\\"
            C:\\dir             | C:\\\\dir
            """)
    void keepsPrintableTextAndEscapesQuotes(String value, String written) {
        line.text(value);
        assertThat(text()).isEqualTo(written);
    }

    @Test
    void whatCouldEndALineOrSteerATerminalIsEscaped() {
        line.text("a\r\nb\u0000\u001b[31m\u007f\u0085\u00e9\u202e\u2028");
        assertThat(text()).isEqualTo("a\\u000d\\u000ab\\u0000\\u001b[31m\\u007f\\u0085\\u00e9\\u202e\\u2028");
    }

    @Test
    void anyTextIsPrintableAsciiOnOneLine() {
        Random random = new Random(4711);
        for (int i = 0; i < 1000; i++) {
            line.clear();
            StringBuilder value = new StringBuilder();
            random.ints(random.nextInt(300), 0, 0x10000).forEach(c -> value.append((char) c));
            line.text(value.toString());
            assertThat(text().chars()).allMatch(c -> c >= ' ' && c < 0x7f);
        }
    }

    @Test
    void cutsWhatIsTooLong() {
        line.text("x".repeat(Line.MAX_VALUE_CHARS + 1));
        assertThat(line.length()).isEqualTo(Line.MAX_VALUE_CHARS);
    }

    @ParameterizedTest
    @ValueSource(longs = {0, 9, 10, 99, 100, 1_720_635_262_451L, Long.MAX_VALUE})
    void writesNumbers(long number) {
        line.number(number);
        line.literal(';');
        assertThat(text()).isEqualTo(number + ";");
    }

    private String text() {
        return new String(line.bytes(), 0, line.length(), StandardCharsets.US_ASCII);
    }
}
