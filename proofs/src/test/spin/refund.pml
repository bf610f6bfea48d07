/*
 * SPDX-FileCopyrightText: The Sluice authors
 * SPDX-License-Identifier: Apache-2.0
 *
 * What two-phase.pml is there instead of: consume at each level in order, and give back where a later level refuses. Must be found wrong:
 * a token that is given back may have grown back meanwhile. The same clock and the same leaking counter as there; BURST 1 and one
 * decision each by three processes are enough. An admission counts when its token is taken, the moment most in its favour.
 *
 * UNDO_UNCHANGED gives back only where nobody has touched the bucket since, which is safe and loses tokens (the reason it is not used).
 */
#ifndef PROCS
#define PROCS 3
#endif
#ifndef OPS
#define OPS 1
#endif
#ifndef BURST
#define BURST 1
#endif
#ifndef TICKS
#define TICKS 3
#endif

byte now;    /* the clock, which is c(t) as well: one unit is one token and refills in one tick */
byte tat;    /* the bucket is full again at this time */
byte level;  /* the leaking counter: no part of the algorithm */

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

active [PROCS] proctype Decider() {
    byte after, op;
    bit othersHold;
    do
    :: op < OPS ->
        op++;
        /* Read the clock and tat, check, compare-and-set: one step, which only favours this scheme. */
        atomic {
            if
            :: (tat > now -> tat - now : 0) + 1 > BURST -> goto next
            :: else -> tat = (tat > now -> tat : now) + 1; after = tat
            fi;
            if
            :: othersHold = 1; level++; assert(level <= BURST)
            :: othersHold = 0
            fi
        }
        if
        :: othersHold
        :: else ->
#ifdef UNDO_UNCHANGED
            atomic {
                if
                :: tat == after -> tat--
                :: else
                fi
            }
#else
            tat--
#endif
        fi;
next:
        after = 0; othersHold = 0
    :: op == OPS -> break
    od
}
