/*
 * SPDX-FileCopyrightText: The Sluice authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.sluice.server;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.gateway.ExchangeEnd;
import dev.sluice.gateway.Routes;
import dev.sluice.gateway.Stage;
import dev.sluice.gateway.StageId;
import dev.sluice.gateway.accesslog.AccessLog;
import dev.sluice.limits.Bucket;
import dev.sluice.limits.Limit;
import dev.sluice.limits.LiveLimit;
import dev.sluice.limits.NanoClock;
import java.time.InstantSource;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

class PrometheusTextTest {
    private static final Bucket NONE = Bucket.full(new LiveLimit("none", Limit.UNLIMITED), NanoClock.SYSTEM);
    private static final Stage STAGE = new Stage(
            new StageId("1", "r", "api1", "prod"),
            "name",
            "dep",
            Map.of(),
            List.of(),
            Routes.of(List.of()),
            NONE,
            NONE,
            NONE);

    private static ExchangeEnd ended(int status, @Nullable String refusedBy, @Nullable String wouldRefuseBy) {
        return new ExchangeEnd(STAGE, null, status, refusedBy, wouldRefuseBy, 1, -1, null, null, "id");
    }

    @Test
    void countsConnectionsAndLinesOfAccessLogs() {
        AccessLog.Counts counts = new AccessLog.Counts(12_345_678, 2, 3);
        assertThat(new PrometheusText(
                                new RequestCounters(),
                                () -> counts,
                                () -> new PrometheusText.Held(7, 9, 11, 13),
                                InstantSource.system())
                        .get())
                .contains(
                        "sluice_connections 7\n",
                        "sluice_connections_refused_total 9\n",
                        "sluice_gathered_bytes 11\n",
                        "sluice_gathered_refused_total 13\n",
                        "sluice_access_log_lines_total 12345678\n",
                        "# TYPE sluice_access_log_dropped_lines_total counter\n"
                                + "sluice_access_log_dropped_lines_total{reason=\"buffer\"} 2\n"
                                + "sluice_access_log_dropped_lines_total{reason=\"disk\"} 3\n");
    }

    @Test
    void countsRefusalsAndThoseOfLimitsOnTrial() {
        RequestCounters counters = new RequestCounters();
        counters.ended(ended(200, null, "stage"));
        counters.ended(ended(200, null, "stage"));
        counters.ended(ended(200, null, "key"));
        counters.ended(ended(429, "key", null));
        assertThat(new PrometheusText(
                                counters,
                                () -> new AccessLog.Counts(0, 0, 0),
                                () -> new PrometheusText.Held(0, 0, 0, 0),
                                InstantSource.system())
                        .get())
                .contains(
                        "sluice_requests_total{api=\"api1\",stage=\"prod\",status=\"2xx\"} 3\n",
                        "sluice_refusals_total{policy=\"key\"} 1\n",
                        "# TYPE sluice_dry_run_refusals_total counter\n"
                                + "sluice_dry_run_refusals_total{api=\"api1\",stage=\"prod\",policy=\"key\"} 1\n"
                                + "sluice_dry_run_refusals_total{api=\"api1\",stage=\"prod\",policy=\"stage\"} 2\n");
    }
}
