/*
 * SPDX-FileCopyrightText: The Sluice authors
 * SPDX-License-Identifier: Apache-2.0
 *
 * A decision over a key's own bucket, which is one word, and a shared one, as InMemoryLimiter does it: reserve at the shared level, read the
 * clock, check and charge the key's word at once, and commit or give up at the shared level by what became of that. Checked for both
 * levels: what is admitted with stamps in [a, b] is at most BURST + rate * (b - a), for all pairs; counted for each tick of the stamp, since
 * an admission becomes one later than its stamp is read.
 *
 * KEY_FIRST, which must be found wrong: charges the key's word before it reserves, and gives back where the shared level refuses. That
 * takes three processes.
 */
#ifndef PROCS
#define PROCS 2
#endif
#ifndef OPS
#define OPS 2
#endif
#ifndef KEY_BURST
#define KEY_BURST 1
#endif
#ifndef BURST
#define BURST 1
#endif
#define TICKS 3

byte now;                 /* the clock, which is c(t) as well: one unit is one token and refills in one tick */
byte tat;                 /* the shared level: full again at this time */
byte pending;             /* reserved there by decisions under way */
byte keyTat;              /* the key's word */
byte counted[TICKS + 1];  /* admissions by the tick of their stamp: no part of the algorithm */

active proctype Clock() {
    do
    :: now < TICKS -> now++
    :: now == TICKS -> break
    od
}

/* Both levels see every admission; what the one allows is checked with the smaller burst. */
inline admitted(stamp) {
    d_step {
        counted[stamp]++;
        from = 0;
        do
        :: from <= TICKS ->
            sum = 0;
            to = from;
            do
            :: to <= TICKS ->
                sum = sum + counted[to];
                assert(sum <= KEY_BURST + to - from);
                assert(sum <= BURST + to - from);
                to++
            :: to > TICKS -> break
            od;
            from++
        :: from > TICKS -> break
        od;
        from = 0; to = 0; sum = 0
    }
}

#define DEBT(word, time) (word > time -> word - time : 0)
#define CHARGED(word, time) ((word > time -> word : time) + 1)

active [PROCS] proctype Decider() {
    byte started, stamp, seen, held, op, from, to, sum;
    bit charged;
    do
    :: op < OPS ->
        op++;
        started = now;
#ifdef KEY_FIRST
        stamp = now;
        atomic {
            if
            :: DEBT(keyTat, stamp) + 1 > KEY_BURST -> goto next
            :: else -> keyTat = CHARGED(keyTat, stamp)
            fi
        }
#endif
        atomic {
            if
            :: pending + 1 > BURST -> held = 0
            :: else -> pending++; held = pending
            fi
        }
        if
        :: held == 0 ->
#ifdef KEY_FIRST
            keyTat--;
#endif
            goto next
        :: else
        fi;
        seen = tat;
        if
        :: DEBT(seen, started) + held > BURST ->
            pending--;
#ifdef KEY_FIRST
            keyTat--;
#endif
            goto next
        :: else
        fi;
        stamp = now;
#ifdef KEY_FIRST
        admitted(stamp);
#else
        /* The last thing that can fail: compare-and-set of the key's word, from what was read and checked. Then it is admitted. */
        do
        :: seen = keyTat;
            if
            :: DEBT(seen, stamp) + 1 > KEY_BURST -> charged = 0; break
            :: else
            fi;
            atomic {
                if
                :: keyTat == seen -> keyTat = CHARGED(seen, stamp); admitted(stamp); charged = 1; break
                :: else
                fi
            }
        od;
        if
        :: !charged -> pending--; goto next
        :: else
        fi;
#endif
        do
        :: seen = tat;
            atomic {
                if
                :: tat == seen -> tat = CHARGED(seen, stamp); break
                :: else
                fi
            }
        od;
        pending--;
next:
        started = 0; stamp = 0; seen = 0; held = 0; charged = 0
    :: op == OPS -> break
    od
}
