/*
 * SPDX-FileCopyrightText: The Sluice authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.sluice.metrics;

import dev.sluice.metrics.AlarmEvaluation.Outcome;
import dev.sluice.metrics.AlarmEvaluation.Point;
import dev.sluice.store.RecordStore;
import dev.sluice.store.SampleStore.Resolution;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.Collection;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.ConcurrentNavigableMap;
import java.util.concurrent.ConcurrentSkipListMap;
import java.util.concurrent.locks.Lock;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;

/**
 * Keeps alarms and their states. Each alarm is evaluated when it is put and then every {@value #EVALUATE_SECONDS} seconds, over whole
 * periods that end with the last full minute. Thread-safe; changes are durable on return, and a state is shown only once it is on disk.
 */
public final class Alarms implements AutoCloseable {
    /** CloudWatch's own bound. */
    public static final int MAX_ALARMS = 5000;

    private static final int EVALUATE_SECONDS = 10;

    private final AlarmRecords records;
    private final Metrics metrics;
    private final InstantSource clock;
    private final ConcurrentNavigableMap<String, Alarm> alarms = new ConcurrentSkipListMap<>();

    /** Held to change an alarm, in the store and then in the map. */
    private final Lock changing = new ReentrantLock();

    private final Loop loop;

    private Alarms(AlarmRecords records, Metrics metrics, InstantSource clock, boolean scheduled) {
        this.records = records;
        this.metrics = metrics;
        this.clock = clock;
        records.load().forEach(alarm -> alarms.put(alarm.name(), alarm));
        this.loop = scheduled
                ? Loop.start("sluice-alarms", Duration.ofSeconds(EVALUATE_SECONDS), this::evaluate)
                : Loop.idle();
    }

    /** Takes up the alarms of the store where they were. */
    public static Alarms open(RecordStore store, Metrics metrics, InstantSource clock) {
        return new Alarms(new AlarmRecords(store), metrics, clock, true);
    }

    /** Alarms that are evaluated when {@link #evaluate()} is called, and only then. */
    static Alarms unscheduled(RecordStore store, Metrics metrics, InstantSource clock) {
        return new Alarms(new AlarmRecords(store), metrics, clock, false);
    }

    /**
     * Adds the alarm, or gives the one of that name another definition and leaves its state.
     *
     * @return false, with nothing changed, if it is one more than {@link #MAX_ALARMS}
     */
    public boolean put(AlarmDefinition definition) {
        changing.lock();
        try {
            Alarm before = alarms.get(definition.name());
            if (before == null && alarms.size() >= MAX_ALARMS) {
                return false;
            }
            Instant now = clock.instant();
            var state = before != null
                    ? before.state()
                    : new Alarm.State(
                            AlarmState.INSUFFICIENT_DATA, "Unchecked: Initial alarm creation", null, now, now);
            var alarm = new Alarm(definition, now, state);
            records.configured(alarm, before == null, now);
            alarms.put(alarm.name(), alarm);
        } finally {
            changing.unlock();
        }
        loop.wake();
        return true;
    }

    public Optional<Alarm> find(String name) {
        return Optional.ofNullable(alarms.get(name));
    }

    /** All alarms by name. */
    public List<Alarm> list() {
        return List.copyOf(alarms.values());
    }

    /** Deletes these alarms, or none of them if there is one unknown; returns the unknown names. */
    public Set<String> delete(Collection<String> names) {
        changing.lock();
        try {
            Set<String> unknown = new TreeSet<>(names);
            unknown.removeAll(alarms.keySet());
            if (unknown.isEmpty()) {
                records.deleted(Set.copyOf(names), clock.instant());
                names.forEach(alarms::remove);
            }
            return unknown;
        } finally {
            changing.unlock();
        }
    }

    /**
     * Sets the state until the next evaluation finds another.
     *
     * @param reasonData JSON
     * @return false if there is no such alarm
     */
    public boolean setState(String name, AlarmState value, String reason, @Nullable String reasonData) {
        changing.lock();
        try {
            Alarm alarm = alarms.get(name);
            if (alarm == null) {
                return false;
            }
            change(alarm, value, reason, reasonData, clock.instant());
            return true;
        } finally {
            changing.unlock();
        }
    }

    /** Switches the actions of these alarms on or off; unknown names are passed over, as CloudWatch does. */
    public void enableActions(Collection<String> names, boolean enabled) {
        changing.lock();
        try {
            for (String name : names) {
                Alarm alarm = alarms.get(name);
                if (alarm != null && alarm.definition().actions().enabled() != enabled) {
                    AlarmDefinition old = alarm.definition();
                    var definition = new AlarmDefinition(
                            name,
                            old.description(),
                            old.watched(),
                            old.rule(),
                            old.actions().enabled(enabled));
                    Instant now = clock.instant();
                    var changed = new Alarm(definition, now, alarm.state());
                    records.configured(changed, false, now);
                    alarms.put(name, changed);
                }
            }
        } finally {
            changing.unlock();
        }
    }

    /** What happened to the alarm, or to all of them; newest first, bounded. Knows deleted alarms, too. */
    public List<AlarmHistory> history(@Nullable String alarmName) {
        return records.history(alarmName);
    }

    /** With the lock held. */
    private void change(Alarm alarm, AlarmState value, String reason, @Nullable String reasonData, Instant now) {
        Alarm.State before = alarm.state();
        Instant transitionedAt = before.value() == value ? before.transitionedAt() : now;
        Alarm changed = alarm.with(new Alarm.State(value, reason, reasonData, now, transitionedAt));
        records.stateChanged(changed, before);
        alarms.put(alarm.name(), changed);
    }

    /** Evaluates every alarm now. */
    void evaluate() {
        alarms.values().forEach(this::evaluate);
    }

    private void evaluate(Alarm alarm) {
        Instant now = clock.instant();
        AlarmDefinition definition = alarm.definition();
        Instant end = Resolution.MINUTE.start(now);
        List<Point> points = AlarmPoints.find(metrics, definition, end);
        Outcome outcome = AlarmPoints.tooFewValues(definition, points)
                ? new Outcome.Unchanged()
                : AlarmEvaluation.evaluate(definition.rule(), points);
        if (outcome instanceof Outcome.Decided decided
                && decided.state() != alarm.state().value()) {
            Instant latest = end.minus(definition.watched().period());
            String reason = StateReason.sentence(definition.rule(), decided);
            String data = StateReason.data(definition, now, latest, decided);
            changing.lock();
            try {
                // One that was changed meanwhile is left to the next evaluation.
                if (alarm.equals(alarms.get(alarm.name()))) {
                    change(alarm, decided.state(), reason, data, now);
                }
            } finally {
                changing.unlock();
            }
        }
    }

    /** Waits for an evaluation under way; the metrics and the store stay the caller's to close. */
    @Override
    public void close() {
        loop.close();
    }
}
