/*
 * SPDX-FileCopyrightText: The Sluice authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.sluice.gateway.filter;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class QueryStringTest {
    @Test
    void decodesNamesAndValuesInOrder() {
        Map<String, List<String>> parsed = QueryString.parse("b=1&a=x+y%2B&b=2&c&&d=%zz&e=%C3%A9");
        assertThat(parsed.keySet()).containsExactly("b", "a", "c", "d", "e");
        assertThat(parsed)
                .containsEntry("b", List.of("1", "2"))
                .containsEntry("a", List.of("x y+"))
                .containsEntry("c", List.of(""))
                .containsEntry("d", List.of("%zz"))
                .containsEntry("e", List.of("\u00e9"));
        assertThat(QueryString.parse(null)).isEmpty();
    }

    @Test
    void encodesAllButUnreserved() {
        assertThat(QueryString.encode("a b/\u00e9\r\n~")).isEqualTo("a%20b%2F%C3%A9%0D%0A~");
    }
}
