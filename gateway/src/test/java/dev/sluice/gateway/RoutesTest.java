/*
 * SPDX-FileCopyrightText: The Sluice authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.sluice.gateway;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import dev.sluice.limits.Bucket;
import dev.sluice.limits.Limit;
import dev.sluice.limits.LiveLimit;
import dev.sluice.limits.NanoClock;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class RoutesTest {
    private static Routes routes(String... keys) {
        return Routes.of(Arrays.stream(keys).map(RoutesTest::route).toList());
    }

    private static Route route(String key) {
        String[] words = key.split(" ", -1);
        Bucket bucket = Bucket.full(new LiveLimit("method", Limit.UNLIMITED), NanoClock.SYSTEM);
        return new Route(
                key, words[1], words[0], false, false, bucket, new Integration.Mock(200, List.of(), new byte[0]));
    }

    @ParameterizedTest
    @CsvSource({
        "GET, /, GET /",
        "GET, /pets, GET /pets",
        "GET, /pets/7, GET /pets/{id}",
        "GET, /pets/mine, GET /pets/mine",
        "POST, /pets/mine, ANY /pets/mine",
        "GET, /pets/7/toys, GET /pets/{id}/toys",
        "GET, /pets/7/a/b, GET /pets/{id}/{rest+}",
        "GET, /files/a, ANY /files/{proxy+}",
        "DELETE, /files/a/b/c, ANY /files/{proxy+}",
        "GET, /pets/mine/x, GET /pets/{id}/{rest+}",
        "HEAD, /pets, ''",
        "GET, /files, ''",
        "POST, /pets/7, ''",
        "GET, /other, ''",
    })
    void choosesTheMostSpecificResourceFromTheLeftAndThenTheVerb(String method, String path, String expected) {
        Routes routes = routes(
                "GET /",
                "GET /pets",
                "GET /pets/{id}",
                "GET /pets/mine",
                "ANY /pets/mine",
                "GET /pets/{id}/toys",
                "GET /pets/{id}/{rest+}",
                "ANY /files/{proxy+}");
        assertThat(routes.match(method, path)
                        .map(match -> match.route().resourceId())
                        .orElse(""))
                .isEqualTo(expected);
    }

    @Test
    void namesPathParametersAsTheyStandInThePath() {
        Routes routes = routes("GET /a/{x}/b/{rest+}");
        assertThat(routes.match("GET", "/a/test%2Balias/b/c/d").orElseThrow().pathParameters())
                .isEqualTo(Map.of("x", "test%2Balias", "rest", "c/d"));
    }

    @Test
    void keepsNoParameterOfABranchThatLedNowhere() {
        Routes routes = routes("GET /{a}/x", "GET /{proxy+}");
        assertThat(routes.match("GET", "/1/y").orElseThrow().pathParameters()).isEqualTo(Map.of("proxy", "1/y"));
    }

    @Test
    void refusesTwoRoutesOfOneMethodAndPartsBelowAGreedyOne() {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> routes("GET /a", "GET /a"))
                .withMessageContaining("/a/GET");
        assertThatIllegalArgumentException().isThrownBy(() -> routes("GET /{p+}/a"));
        assertThatIllegalArgumentException().isThrownBy(() -> routes("GET /{a}", "GET /{b}"));
    }
}
