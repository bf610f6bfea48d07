/*
 * SPDX-FileCopyrightText: The Sluice authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.sluice.gateway;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class UrlTemplateTest {
    @ParameterizedTest
    @CsvSource({
        "http://example.com, false, example.com, 80, example.com, /",
        "HTTPS://Example.com/a, true, example.com, 443, Example.com, /a",
        "http://10.0.0.1:8080/, false, 10.0.0.1, 8080, 10.0.0.1:8080, /",
        "http://[::1]:9/x, false, ::1, 9, [::1]:9, /x",
        "http://h/a/{p}/b, false, h, 80, h, /a/V/b",
        "http://h/{p+}, false, h, 80, h, /V",
    })
    void readsServerAndPath(String url, boolean tls, String host, int port, String authority, String path) {
        UrlTemplate template = UrlTemplate.parse(url);
        assertThat(template.origin().tls()).isEqualTo(tls);
        assertThat(template.origin().host()).isEqualTo(host);
        assertThat(template.origin().port()).isEqualTo(port);
        assertThat(template.authority()).isEqualTo(authority);
        assertThat(template.path(_ -> "V")).isEqualTo(path);
    }

    @Test
    void fillsParametersInTheQueryAndLeavesOutUnknownOnes() {
        UrlTemplate template = UrlTemplate.parse("http://h/a?x={x}&y={y}");
        assertThat(template.query(name -> name.equals("x") ? "1" : null)).isEqualTo("x=1&y=");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "ftp://h/",
                "h/a",
                "http://{host}/",
                "http://u:p@h/",
                "http://h/#f",
                "http://h/a b",
                "http://h/{a b}",
                "http:///a",
                "http://h:99999/",
                "http://h/\r\n"
            })
    void refusesWhatIsNoHttpServer(String url) {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> UrlTemplate.parse(url))
                .withMessageContaining("expected");
    }

    @Test
    void readsMappings() {
        assertThat(ParameterMapping.parse("integration.request.path.proxy", "method.request.path.proxy"))
                .isEqualTo(new ParameterMapping(
                        ParameterMapping.Place.PATH,
                        "proxy",
                        new ParameterMapping.Source.Parameter(ParameterMapping.Place.PATH, "proxy")));
        assertThat(ParameterMapping.parse("integration.request.header.X-A", "'b'")
                        .source())
                .isEqualTo(new ParameterMapping.Source.Literal("b"));
        assertThatIllegalArgumentException().isThrownBy(() -> ParameterMapping.parse("header.x", "'b'"));
        assertThatIllegalArgumentException()
                .isThrownBy(() -> ParameterMapping.parse("integration.request.header.x", "context.stage"));
    }
}
