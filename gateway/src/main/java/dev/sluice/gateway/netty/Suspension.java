/*
 * SPDX-FileCopyrightText: The Sluice authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.sluice.gateway.netty;

import io.netty.util.concurrent.ScheduledFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.TimeUnit;

/** An exchange that waits for a reservation, for a bounded time over all of its waits. Confined to the event loop. */
final class Suspension {
    private final LoopContext loop;
    private final Runnable wake;
    private final Runnable giveUp;
    private final ScheduledFuture<?> timer;
    private boolean ended;

    /**
     * @param wake to decide anew
     * @param giveUp when a wait fails or it takes too long
     */
    Suspension(LoopContext loop, Runnable wake, Runnable giveUp) {
        this.loop = loop;
        this.wake = wake;
        this.giveUp = giveUp;
        timer = loop.eventLoop.schedule(
                this::fail, loop.settings.times().quotaWait().toNanos(), TimeUnit.NANOSECONDS);
    }

    /** @param ready may complete on any thread */
    void until(CompletionStage<Void> ready) {
        var _ = ready.whenComplete((_, failure) -> loop.eventLoop.execute(() -> {
            if (failure != null) {
                fail();
            } else if (!ended) {
                wake.run();
            }
        }));
    }

    /** Nothing is called from now on. */
    void end() {
        ended = true;
        timer.cancel(false);
    }

    private void fail() {
        if (!ended) {
            end();
            giveUp.run();
        }
    }
}
