/*
 * SPDX-FileCopyrightText: The Sluice authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.sluice.server.load;

/** Stamps of each request of a run while it goes on. Confined to the generator's thread. */
final class Recording {
    private final long[] due;
    private final long[] sent;
    private final long[] answered;
    private final int[] statuses;
    private final LoadPlan plan;
    private final long startNanos;
    private int open;

    Recording(LoadPlan plan, long startNanos) {
        this.plan = plan;
        this.startNanos = startNanos;
        this.open = plan.requests();
        due = new long[open];
        sent = new long[open];
        answered = new long[open];
        statuses = new int[open];
        for (var i = 0; i < due.length; i++) {
            due[i] = dueNanos(i);
        }
    }

    long dueNanos(int request) {
        return startNanos + plan.dueNanos(request);
    }

    void sent(int request, long nanos) {
        sent[request] = nanos;
    }

    void answered(int request, int status, long nanos) {
        answered[request] = nanos;
        statuses[request] = status;
        open--;
    }

    void lost() {
        open--;
    }

    /** Requests whose fate is not known yet. */
    int open() {
        return open;
    }

    LoadResult result() {
        return new LoadResult(due, sent, answered, statuses);
    }
}
