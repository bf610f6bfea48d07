/*
 * SPDX-FileCopyrightText: The Sluice authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.sluice.gateway.netty;

import io.netty.util.concurrent.ScheduledFuture;
import java.time.Duration;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/** One moving deadline. Moving it later costs nothing: the timer finds out when it fires. Confined to the event loop. */
final class Deadline {
    private final LoopContext loop;
    private final Runnable expired;
    private @Nullable ScheduledFuture<?> timer;
    private long timerNanos;
    private long deadlineNanos;
    private boolean set;

    Deadline(LoopContext loop, Runnable expired) {
        this.loop = loop;
        this.expired = expired;
    }

    void set(Duration fromNow) {
        deadlineNanos = loop.nanoClock.nanoTime() + fromNow.toNanos();
        set = true;
        if (timer != null && timerNanos - deadlineNanos > 0) {
            timer.cancel(false);
            timer = null;
        }
        if (timer == null) {
            schedule(fromNow.toNanos());
        }
    }

    void clear() {
        set = false;
    }

    /** For good. */
    void cancel() {
        set = false;
        if (timer != null) {
            timer.cancel(false);
        }
    }

    private void schedule(long nanos) {
        timerNanos = loop.nanoClock.nanoTime() + nanos;
        timer = loop.eventLoop.schedule(this::fire, nanos, TimeUnit.NANOSECONDS);
    }

    private void fire() {
        timer = null;
        if (!set) {
            return;
        }
        long left = deadlineNanos - loop.nanoClock.nanoTime();
        if (left > 0) {
            schedule(left);
        } else {
            set = false;
            expired.run();
        }
    }
}
