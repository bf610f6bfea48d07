/*
 * SPDX-FileCopyrightText: The Sluice authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.sluice.gateway.http;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import dev.sluice.gateway.Header;
import java.util.Locale;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

class FieldLinesTest {
    @ParameterizedTest
    @EnumSource(
            value = KnownField.class,
            names = {"OTHER", "UNDERSCORED"},
            mode = EnumSource.Mode.EXCLUDE)
    void knowsAFieldInAnyCase(KnownField field) {
        assertThat(KnownField.of(field.lowerName())).isEqualTo(field);
        assertThat(KnownField.of(field.lowerName().toUpperCase(Locale.ROOT))).isEqualTo(field);
        assertThat(KnownField.of(field.lowerName() + "x")).isEqualTo(KnownField.OTHER);
        assertThat(KnownField.of(field.lowerName().substring(1))).isEqualTo(KnownField.OTHER);
    }

    @Test
    void keepsWhatWasAdded() {
        FieldLines lines = FieldLines.builder()
                .add("A", " x ")
                .add("b_c", "y".repeat(2_000))
                .add("X-API-Key", "")
                .build();
        assertThat(lines.all())
                .containsExactly(
                        new Header("A", "x"), new Header("b_c", "y".repeat(2_000)), new Header("X-API-Key", ""));
        assertThat(lines.field(1)).isEqualTo(KnownField.UNDERSCORED);
        assertThat(lines.indexOf(KnownField.X_API_KEY, 0)).isEqualTo(2);
        assertThat(lines.indexOf(KnownField.X_API_KEY, 3)).isEqualTo(-1);
        assertThat(lines.first("B_C")).hasSize(2_000);
    }

    @Test
    void refusesWhatCouldEndALine() {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> FieldLines.builder().add("a", "b\r\nc: d"));
        assertThatIllegalArgumentException()
                .isThrownBy(() -> FieldLines.builder().add("a b", "c"));
        assertThatIllegalArgumentException()
                .isThrownBy(() -> FieldLines.builder().add("a", "\u0100"));
        assertThatIllegalArgumentException()
                .isThrownBy(() -> FieldLines.builder().add("a", "b".repeat(70_000)));
        assertThatIllegalArgumentException().isThrownBy(() -> new HeadWriter().field("a", "b\nc"));
        assertThatIllegalArgumentException().isThrownBy(() -> new FieldName("a:"));
    }
}
