/*
 * SPDX-FileCopyrightText: The Sluice authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.sluice.gateway.netty;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.gateway.GatewaySettings;
import java.time.Duration;
import org.junit.jupiter.api.Test;

class BodyPaceTest {
    private static final Duration IDLE = Duration.ofSeconds(60);

    private final BodyPace pace = new BodyPace(new GatewaySettings.BodyPace(Duration.ofSeconds(5), 200));
    private Duration now = Duration.ofSeconds(-7);

    BodyPaceTest() {
        pace.begin(now.toNanos());
    }

    @Test
    void graceIsAllThatAClientHasThatSendsNothing() {
        assertThat(left()).isEqualTo(Duration.ofSeconds(5));
        pass(Duration.ofSeconds(5));
        assertThat(left()).isEqualTo(Duration.ZERO);
    }

    @Test
    void whoKeepsThePaceMayGoOnForEver() {
        for (int second = 0; second < 100_000; second++) {
            pace.came(200);
            pass(Duration.ofSeconds(1));
            assertThat(left()).isPositive();
        }
    }

    @Test
    void whatCameFastIsCreditedForOneIdleTimeAndNotForHours() {
        pace.came(9_000_000);
        assertThat(left()).isEqualTo(IDLE);

        Duration trickled = Duration.ZERO;
        while (left().isPositive()) {
            pass(Duration.ofSeconds(1));
            pace.came(1);
            trickled = trickled.plusSeconds(1);
        }
        assertThat(trickled).isBetween(IDLE, IDLE.plusSeconds(1));
    }

    @Test
    void noPaceLeavesTheIdleTimeAlone() {
        BodyPace any = new BodyPace(new GatewaySettings.BodyPace(Duration.ofSeconds(5), 0));
        any.begin(0);
        any.came(1);
        assertThat(any.left(Duration.ofHours(1).toNanos(), IDLE)).isEqualTo(IDLE);
    }

    private Duration left() {
        return pace.left(now.toNanos(), IDLE);
    }

    private void pass(Duration time) {
        now = now.plus(time);
    }
}
