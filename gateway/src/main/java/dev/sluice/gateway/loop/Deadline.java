/*
 * SPDX-FileCopyrightText: The Sluice authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.sluice.gateway.loop;

import dev.sluice.limits.NanoClock;
import io.netty.channel.EventLoop;
import io.netty.util.concurrent.ScheduledFuture;
import java.time.Duration;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * One moving deadline. Moving it later, and clearing it, costs nothing: the timer finds out when it fires. So it is best kept for as long as
 * its connection lives. Confined to the event loop.
 */
public final class Deadline {
    private final EventLoop eventLoop;
    private final NanoClock clock;
    private Runnable expired;
    private @Nullable ScheduledFuture<?> timer;
    private long timerNanos;
    private long deadlineNanos;
    private boolean set;

    /** @param expired called once for each deadline that is reached, when it is not set any more */
    public Deadline(EventLoop eventLoop, NanoClock clock, Runnable expired) {
        this.eventLoop = eventLoop;
        this.clock = clock;
        this.expired = expired;
    }

    /** Somebody else is called from now on. */
    public void handTo(Runnable other) {
        expired = other;
    }

    public void set(Duration fromNow) {
        set(clock.nanoTime(), fromNow);
    }

    /** @param nowNanos a reading of the clock just made */
    public void set(long nowNanos, Duration fromNow) {
        deadlineNanos = nowNanos + fromNow.toNanos();
        set = true;
        if (timer != null && timerNanos - deadlineNanos > 0) {
            timer.cancel(false);
            timer = null;
        }
        if (timer == null) {
            schedule(nowNanos, fromNow.toNanos());
        }
    }

    public void clear() {
        set = false;
    }

    /** For good. */
    public void cancel() {
        set = false;
        if (timer != null) {
            timer.cancel(false);
        }
    }

    private void schedule(long nowNanos, long nanos) {
        timerNanos = nowNanos + nanos;
        timer = eventLoop.schedule(this::fire, nanos, TimeUnit.NANOSECONDS);
    }

    private void fire() {
        timer = null;
        if (!set) {
            return;
        }
        long nowNanos = clock.nanoTime();
        long left = deadlineNanos - nowNanos;
        if (left > 0) {
            schedule(nowNanos, left);
        } else {
            set = false;
            expired.run();
        }
    }
}
