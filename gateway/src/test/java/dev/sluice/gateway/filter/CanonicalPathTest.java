/*
 * SPDX-FileCopyrightText: The Sluice authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.sluice.gateway.filter;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class CanonicalPathTest {
    @ParameterizedTest
    @CsvSource({
        "/, /",
        "/a/b, /a/b",
        "/a/b/, /a/b",
        "//a///b//, /a/b",
        "/%61%2Db, /a-b",
        "/a%2fb, /a%2Fb",
        "/a%20b, /a%20b",
        "/a|b, /a%7Cb",
        "/a;v=1/b, /a;v=1/b",
        "/a..b/.c/d., /a..b/.c/d.",
        "/.../a, /.../a",
        "/%2e%2e%2e, /...",
        "/caf%c3%a9, /caf%C3%A9",
        "/a%252fb, /a%252fb",
        "/a+b@c:d, /a+b@c:d",
    })
    void hasOneFormForEquivalentPaths(String raw, String canonical) {
        assertThat(CanonicalPath.of(raw)).contains(canonical);
        assertThat(CanonicalPath.of(canonical)).contains(canonical);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "a",
                "/..",
                "/.",
                "/a/../b",
                "/a/./b",
                "/%2e%2e/a",
                "/%2E./a",
                "/.%2e",
                "/..;/a",
                "/..;x=1",
                "/.;/a",
                "/a%2f..%2fb",
                "/..%2fb",
                "/..%5cb",
                "/a\\b",
                "/a%5c..",
                "/a#b",
                "/a%",
                "/a%2",
                "/a%zz",
                "/a%00",
                "/a%0d%0ab",
                "/a%7f",
                "/a b",
                "/\u00e9",
                "/a\u0000",
                "/%252e%252e",
                "/%25252e%25252e/a",
                "/a%252f..%252fb",
                "/%2525252525",
                "/%c0%ae%c0%ae",
                "/%e0%80%ae",
                "/%f0%80%80%ae"
            })
    void refusesWhatSomeServerCouldReadAsAnotherPath(String raw) {
        assertThat(CanonicalPath.of(raw)).isEmpty();
    }
}
