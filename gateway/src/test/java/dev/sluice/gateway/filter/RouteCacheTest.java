/*
 * SPDX-FileCopyrightText: The Sluice authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.sluice.gateway.filter;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.gateway.Integration;
import dev.sluice.gateway.Route;
import dev.sluice.gateway.RouteMatch;
import dev.sluice.gateway.Routes;
import dev.sluice.gateway.Stage;
import dev.sluice.gateway.StageId;
import dev.sluice.limits.Bucket;
import dev.sluice.limits.Limit;
import dev.sluice.limits.LiveLimit;
import dev.sluice.limits.NanoClock;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class RouteCacheTest {
    private static final Bucket BUCKET = Bucket.full(new LiveLimit("any", Limit.UNLIMITED), NanoClock.SYSTEM);
    private static final Route ROUTE =
            new Route("r", "/{id}", "GET", false, false, BUCKET, new Integration.Mock(200, List.of(), new byte[0]));
    private static final Stage STAGE = new Stage(
            new StageId("1", "r", "api", "dev"),
            "name",
            "deployment",
            Map.of(),
            List.of(),
            Routes.of(List.of(ROUTE)),
            BUCKET,
            BUCKET,
            BUCKET);

    private final RouteCache cache = new RouteCache();

    private static Destination destination(String path) {
        return new Destination(STAGE, path, path, null, new RouteMatch(ROUTE, Map.of()));
    }

    @Test
    void findsWhatWasKeptOfTheSameMethodHostAndPath() {
        var kept = destination("/a");
        assertThat(cache.find(1, "GET", "host", "/a")).isNull();
        cache.keep("GET", "host", "/a", kept);
        assertThat(cache.find(1, "GET", "host", new String(new char[] {'/', 'a'})))
                .isSameAs(kept);
        assertThat(cache.find(1, "PUT", "host", "/a")).isNull();
        assertThat(cache.find(1, "GET", "other", "/a")).isNull();
        assertThat(cache.find(1, "GET", "host", "/b")).isNull();
    }

    @Test
    void forgetsEverythingAtAnotherVersion() {
        assertThat(cache.find(1, "GET", "host", "/a")).isNull();
        cache.keep("GET", "host", "/a", destination("/a"));
        assertThat(cache.find(2, "GET", "host", "/b")).isNull();
        assertThat(cache.find(1, "GET", "host", "/a")).isNull();
    }

    @Test
    void pathsWithTheSameHashAreApart() {
        assertThat("/Aa".hashCode()).isEqualTo("/BB".hashCode());
        assertThat(cache.find(1, "GET", "host", "/Aa")).isNull();
        cache.keep("GET", "host", "/Aa", destination("/Aa"));
        assertThat(cache.find(1, "GET", "host", "/BB")).isNull();
        cache.keep("GET", "host", "/BB", destination("/BB"));
        assertThat(cache.find(1, "GET", "host", "/Aa")).isNull();
    }

    @Test
    void aLongPathIsNotKept() {
        var longest = "/" + "a".repeat(511);
        assertThat(cache.find(1, "GET", "host", longest)).isNull();
        cache.keep("GET", "host", longest, destination(longest));
        cache.keep("GET", "host", longest + "a", destination(longest));
        assertThat(cache.find(1, "GET", "host", longest)).isNotNull();
        assertThat(cache.find(1, "GET", "host", longest + "a")).isNull();
    }
}
