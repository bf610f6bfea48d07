/*
 * SPDX-FileCopyrightText: The Sluice authors
 * SPDX-License-Identifier: Apache-2.0
 *
 * Two-phase admission as InMemoryLimiter and Bucket do it, seen from one level. Every step on shared memory is one transition; the clock
 * may move between any two. Checked: what is admitted in [a, b] is at most BURST + rate * (b - a), by a counter that leaks at the rate
 * (one token a tick) and takes a token at each stamp.
 *
 * The other levels of a decision are one guess: they hold the cost or refuse it. So whatever they do, and whatever limits they have, is
 * among the runs. Left out: the peek, which writes nothing; and the retry of a refusal, which is another decision.
 *
 * Size: PROCS processes make OPS decisions each while the clock makes TICKS steps. Mutants, each of which must be found wrong:
 *   STALE_STAMP      stamps the commit with the time from before the reservation (the counter takes the token when it happens)
 *   TAT_FIRST        reads tat before it adds to pending
 *   RELEASE_FIRST    subtracts from pending before it moves tat
 */
#ifndef PROCS
#define PROCS 2
#endif
#ifndef OPS
#define OPS 2
#endif
#ifndef BURST
#define BURST 1
#endif
#ifndef TICKS
#define TICKS 3
#endif

byte now;      /* the clock, which is c(t) as well: one unit is one token and refills in one tick */
byte tat;      /* the bucket is full again at this time */
byte pending;  /* reserved by decisions under way */
byte level;    /* the leaking counter: no part of the algorithm */

active proctype Clock() {
    do
    :: atomic {
        now < TICKS -> now++;
        if
        :: level > 0 -> level--
        :: else
        fi
    }
    :: now == TICKS -> break
    od
}

inline admitted(stamp) {
    level++;
    assert(level <= BURST)
}

active [PROCS] proctype Decider() {
    byte started, stamp, seen, held, op;
    do
    :: op < OPS ->
        op++;
        started = now;
#ifdef TAT_FIRST
        seen = tat;
#endif
        /* Reserve: compare-and-set of pending, from what was read. */
        atomic {
            if
            :: pending + 1 > BURST -> held = 0
            :: else -> pending++; held = pending
            fi
        }
        if
        :: held == 0 -> goto next
        :: else
        fi;
#ifndef TAT_FIRST
        seen = tat;
#endif
        if
        :: (seen > started -> seen - started : 0) + held > BURST -> pending--; goto next
        :: else
        fi;
        /* All other levels: hold the cost, or one does not. */
        if
        :: true
        :: pending--; goto next
        fi;
        /* The stamp, after the last reservation. */
#ifdef STALE_STAMP
        atomic { stamp = started; admitted(stamp) }
#else
        atomic { stamp = now; admitted(stamp) }
#endif
#ifdef RELEASE_FIRST
        pending--;
#endif
        /* Commit: compare-and-set of tat; then, and only then, pending. */
        do
        :: seen = tat;
            atomic {
                if
                :: tat == seen -> tat = (seen > stamp -> seen : stamp) + 1; break
                :: else
                fi
            }
        od;
#ifndef RELEASE_FIRST
        pending--;
#endif
next:
        seen = 0; held = 0; stamp = 0; started = 0
    :: op == OPS -> break
    od
}
