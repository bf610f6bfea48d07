/*
 * SPDX-FileCopyrightText: The Sluice authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.sluice.tests;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Buckets over a restart: what was owed at a clean stop is owed still; after a crash they are empty. A token takes 100 s here. */
class RestartTest {
    private static final double SLOW = 0.01;
    private static final int BURST = 6;
    private static final int STAGE_BURST = 9;

    @Test
    void bucketsAreNeverFullerThanExact(@TempDir Path folder) {
        Path data = folder.resolve("data");
        MockApi api;
        MockApi.Tier first;
        try (RunningServer server = RunningServer.start(data)) {
            api = MockApi.create(server.aws().apigateway(), "restart", true);
            api.stageThrottle(SLOW, STAGE_BURST);
            first = api.tier("first", MockApi.throttle(SLOW, BURST), null);
            assertThat(spend(server, api, first, 4)).isEqualTo(4);
        }
        assertThat(data.resolve("buckets")).exists();
        try (RunningServer server = RunningServer.start(data)) {
            assertThat(data.resolve("buckets")).doesNotExist();
            assertThat(spend(server, api, first, 20))
                    .as("the key's after a clean stop")
                    .isBetween(2, 3);
            MockApi again = MockApi.of(server.aws().apigateway(), api);
            MockApi.Tier second = again.tier("second", MockApi.throttle(SLOW, BURST), null);
            assertThat(spend(server, api, second, 20))
                    .as("the stage's after a clean stop")
                    .isBetween(2, 4);
            server.kill();
        }
        try (RunningServer server = RunningServer.start(data)) {
            assertThat(spend(server, api, first, 20)).as("after a crash").isZero();
            MockApi again = MockApi.of(server.aws().apigateway(), api);
            again.stageThrottle(10_000, 5_000);
            MockApi.Tier third = again.tier("third", MockApi.throttle(SLOW, BURST), null);
            assertThat(spend(server, api, third, 20)).as("a new key").isEqualTo(BURST);
        }
    }

    private static int spend(RunningServer server, MockApi api, MockApi.Tier tier, int requests) {
        int admitted = 0;
        for (int i = 0; i < requests; i++) {
            int status = Http.get(api.url(server), "x-api-key", tier.keyValue()).statusCode();
            assertThat(status).isIn(200, 429);
            admitted += status == 200 ? 1 : 0;
        }
        return admitted;
    }
}
