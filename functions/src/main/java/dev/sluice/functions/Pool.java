/*
 * SPDX-FileCopyrightText: The Sluice authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.sluice.functions;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import java.util.OptionalInt;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;

/**
 * The environments of one function revision. Thread-safe.
 *
 * <p>A caller takes the environment that was used last; if all are busy it queues, and for each caller in the queue one start is under way
 * as far as the budget has room. Whichever environment is free first, new or used, serves the first in the queue: so a burst on a cold
 * function does not wait for the start it caused. After three failed starts in a row callers get the last failure at once, for a while that
 * doubles from one second to half a minute.
 */
final class Pool {
    private static final int FREE_FAILURES = 3;
    private static final int MAX_BACK_OFF_SECONDS = 32;

    final FunctionSpec spec;
    private final PoolHost host;
    private final Budget budget;
    private final Ticker ticker;
    private final int maxWaiting;
    private final ReentrantLock lock = new ReentrantLock();
    private final ArrayDeque<Environment> idle = new ArrayDeque<>(); // guarded by lock, as all that follows
    private final ArrayDeque<Waiter> waiters = new ArrayDeque<>();
    private int starting;
    private int busy;
    private int failures;
    private long retryAtNanos;
    private StartResult.@Nullable Failure lastFailure;
    private boolean retired;
    private long lastUsedNanos;

    Pool(FunctionSpec spec, PoolHost host, Budget budget, Ticker ticker, int maxWaiting) {
        this.spec = spec;
        this.host = host;
        this.budget = budget;
        this.ticker = ticker;
        this.maxWaiting = maxWaiting;
        this.lastUsedNanos = ticker.nanoTime();
    }

    /** What a pool needs from its owner. Called without the pool's lock; must not block. */
    interface PoolHost {
        /** Starts an environment in that slot on another thread, and then calls {@link Pool#started}. */
        void startFor(Pool pool, int slot);

        /** Kills the environment on another thread, and then gives its slot back. */
        void dispose(Environment environment);

        /** Gives back a slot that was not used. */
        void giveBack(int slot, int megabytes);

        /** Stops the environment that is idle longest of all pools, if there is one. */
        void evictOne();
    }

    /** The outcome of {@link #acquire}. */
    sealed interface Grant {
        /** @param running environments of this pool that now run a call */
        record Held(Environment environment, int running) implements Grant {}

        record Failed(StartResult.Failure failure) implements Grant {}

        record Throttled(String message) implements Grant {}
    }

    private static final class Waiter {
        final Thread thread = Thread.currentThread();
        volatile @Nullable Grant grant;

        void give(Grant given) {
            grant = given;
            LockSupport.unpark(thread);
        }
    }

    /** Blocks until an environment is free, at most until {@code deadlineNanos}; a held one wants {@link #release}. */
    Grant acquire(long deadlineNanos) {
        Waiter waiter;
        lock.lock();
        try {
            Environment environment = pollIdle();
            if (environment != null) {
                return new Grant.Held(environment, ++busy);
            }
            if (lastFailure != null && failures >= FREE_FAILURES && ticker.nanoTime() - retryAtNanos < 0) {
                return new Grant.Failed(lastFailure);
            }
            if (waiters.size() >= maxWaiting) {
                return new Grant.Throttled("Rate Exceeded.");
            }
            waiter = new Waiter();
            waiters.addLast(waiter);
        } finally {
            lock.unlock();
        }
        startAsNeeded();
        return await(waiter, deadlineNanos);
    }

    private Grant await(Waiter waiter, long deadlineNanos) {
        while (true) {
            Grant grant = waiter.grant;
            if (grant != null) {
                return grant;
            }
            long left = deadlineNanos - ticker.nanoTime();
            if (left <= 0 || Thread.currentThread().isInterrupted()) {
                break;
            }
            LockSupport.parkNanos(this, left);
        }
        lock.lock();
        try {
            waiters.remove(waiter);
            Grant grant = waiter.grant;
            return grant != null ? grant : new Grant.Throttled("Rate Exceeded.");
        } finally {
            lock.unlock();
        }
    }

    /** Returns a held environment; a dead one is replaced when somebody waits. */
    void release(Environment environment) {
        boolean dispose = false;
        lock.lock();
        try {
            busy--;
            lastUsedNanos = ticker.nanoTime();
            dispose = !offer(environment);
        } finally {
            lock.unlock();
        }
        if (dispose) {
            host.dispose(environment);
            startAsNeeded();
        } else if (budget.awaited()) {
            makeRoom();
        }
    }

    /** Another pool waits for room: it gets that of an environment that nobody needs now. */
    private void makeRoom() {
        lock.lock();
        try {
            if (!waiters.isEmpty()) {
                return;
            }
        } finally {
            lock.unlock();
        }
        budget.forget(this);
        if (budget.awaited()) {
            host.evictOne();
        }
    }

    /** The end of a start that {@link PoolHost#startFor} began. */
    void started(StartResult result, int slot) {
        Environment unwanted = null;
        List<Waiter> failed = new ArrayList<>();
        lock.lock();
        try {
            starting--;
            lastUsedNanos = ticker.nanoTime();
            switch (result) {
                case StartResult.Started(Environment environment) -> {
                    failures = 0;
                    lastFailure = null;
                    unwanted = offer(environment) ? null : environment;
                }
                case StartResult.Failure failure -> fail(failure, failed);
            }
        } finally {
            lock.unlock();
        }
        if (result instanceof StartResult.Failure failure) {
            host.giveBack(slot, spec.memoryMegabytes());
            failed.forEach(waiter -> waiter.give(new Grant.Failed(failure)));
        }
        if (unwanted != null) {
            host.dispose(unwanted);
        }
        startAsNeeded();
    }

    /** Whether anybody still waits; if not, the start that asks is called off and its slot is the caller's to give back. */
    boolean confirmStart() {
        lock.lock();
        try {
            if (waiters.isEmpty()) {
                starting--;
                return false;
            }
            return true;
        } finally {
            lock.unlock();
        }
    }

    /** Begins starts for callers that wait, as far as there is room. */
    void startAsNeeded() {
        while (true) {
            lock.lock();
            try {
                if (starting >= waiters.size()) {
                    return;
                }
                starting++;
            } finally {
                lock.unlock();
            }
            OptionalInt slot = budget.take(spec.memoryMegabytes());
            if (slot.isEmpty()) {
                budget.await(this);
                lock.lock();
                try {
                    starting--;
                } finally {
                    lock.unlock();
                }
                host.evictOne();
                return;
            }
            host.startFor(this, slot.getAsInt());
        }
    }

    /** No environment survives its call from now on, and the idle ones end. */
    void retire() {
        List<Environment> ending;
        lock.lock();
        try {
            retired = true;
            ending = List.copyOf(idle);
            idle.clear();
        } finally {
            lock.unlock();
        }
        ending.forEach(host::dispose);
    }

    /** Ends environments that are dead, or idle since before {@code beforeNanos}; true when the pool is empty and as long unused. */
    boolean expire(long beforeNanos) {
        List<Environment> ending = new ArrayList<>();
        boolean unused;
        lock.lock();
        try {
            for (Iterator<Environment> each = idle.iterator(); each.hasNext(); ) {
                Environment environment = each.next();
                if (environment.dead() || environment.idleSince() - beforeNanos < 0) {
                    each.remove();
                    ending.add(environment);
                }
            }
            unused = idle.isEmpty()
                    && busy == 0
                    && starting == 0
                    && waiters.isEmpty()
                    && lastUsedNanos - beforeNanos < 0;
        } finally {
            lock.unlock();
        }
        ending.forEach(host::dispose);
        return unused;
    }

    /** When its longest idle environment became so; {@link Long#MAX_VALUE} if none is idle. */
    long oldestIdle() {
        lock.lock();
        try {
            return idle.isEmpty() ? Long.MAX_VALUE : idle.getFirst().idleSince();
        } finally {
            lock.unlock();
        }
    }

    /** Ends its longest idle environment, if there is one. */
    void evict() {
        Environment environment;
        lock.lock();
        try {
            environment = idle.pollFirst();
        } finally {
            lock.unlock();
        }
        if (environment != null) {
            host.dispose(environment);
        }
    }

    private @Nullable Environment pollIdle() {
        for (Iterator<Environment> each = idle.descendingIterator(); each.hasNext(); ) {
            Environment environment = each.next();
            if (!environment.dead()) { // the watch's housekeeping takes the dead away
                each.remove();
                return environment;
            }
        }
        return null;
    }

    /** Gives it to the first caller that waits, or parks it; false when it is not to be used again. */
    private boolean offer(Environment environment) {
        if (environment.dead()) {
            return false;
        }
        Waiter waiter = waiters.pollFirst();
        if (waiter != null) {
            waiter.give(new Grant.Held(environment, ++busy));
            return true;
        }
        if (retired) {
            return false;
        }
        environment.idleSince(ticker.nanoTime());
        idle.addLast(environment);
        return true;
    }

    private void fail(StartResult.Failure failure, List<Waiter> failed) {
        failures++;
        lastFailure = failure;
        if (failures >= FREE_FAILURES) {
            int seconds = Math.min(MAX_BACK_OFF_SECONDS, 1 << Math.min(5, failures - FREE_FAILURES));
            retryAtNanos = ticker.nanoTime() + TimeUnit.SECONDS.toNanos(seconds);
            failed.addAll(waiters);
            waiters.clear();
        } else if (!waiters.isEmpty()) {
            failed.add(waiters.removeFirst());
        }
    }
}
