/*
 * SPDX-FileCopyrightText: The Sluice authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.sluice.gateway.netty;

import dev.sluice.limits.Decision;
import dev.sluice.limits.Levels;
import dev.sluice.limits.Limiter;
import dev.sluice.limits.NanoClock;
import java.util.function.Supplier;

/** Decides what a test wants. */
record ScriptedLimiter(Supplier<Decision> script) implements Limiter {
    @Override
    public NanoClock clock() {
        return NanoClock.SYSTEM;
    }

    @Override
    public Levels newLevels() {
        return Limiter.inMemory(NanoClock.SYSTEM).newLevels();
    }

    @Override
    public Decision admit(Levels levels, long cost, long maxWaitNanos) {
        return script.get();
    }

    @Override
    public void debit(Levels levels, long cost) {
        throw new UnsupportedOperationException("debit");
    }
}
