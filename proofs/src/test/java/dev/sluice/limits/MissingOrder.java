/*
 * SPDX-FileCopyrightText: The Sluice authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.sluice.limits;

import static org.openjdk.jcstress.annotations.Expect.ACCEPTABLE;
import static org.openjdk.jcstress.annotations.Expect.FORBIDDEN;

import java.util.concurrent.atomic.AtomicInteger;
import org.openjdk.jcstress.annotations.Actor;
import org.openjdk.jcstress.annotations.JCStressTest;
import org.openjdk.jcstress.annotations.Outcome;
import org.openjdk.jcstress.annotations.State;
import org.openjdk.jcstress.infra.results.II_Result;

/**
 * The control of {@link MemoryOrder}: a reservation whose write may be seen after the read that follows it. Each thread shows its own
 * reservation and looks for the other's; both see none, and both take the last token. Must fail, on x86 too.
 */
@JCStressTest
@Outcome(
        id = {"0, 0", "1, 0", "0, 1"},
        expect = ACCEPTABLE,
        desc = "at most one has the last token")
@Outcome(expect = FORBIDDEN, desc = "the last token was given twice")
@State
public class MissingOrder {
    private final AtomicInteger mine = new AtomicInteger();
    private final AtomicInteger yours = new AtomicInteger();

    @Actor
    public void one(II_Result result) {
        mine.setOpaque(1);
        result.r1 = 1 - yours.getOpaque();
    }

    @Actor
    public void other(II_Result result) {
        yours.setOpaque(1);
        result.r2 = 1 - mine.getOpaque();
    }
}
