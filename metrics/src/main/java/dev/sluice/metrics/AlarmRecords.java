/*
 * SPDX-FileCopyrightText: The Sluice authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.sluice.metrics;

import dev.sluice.store.RecordStore;
import dev.sluice.store.Row;
import dev.sluice.store.Transaction;
import java.time.Instant;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.json.JsonMapper;

/**
 * Alarms and what happened to them, as JSON records. Thread-safe; writes are durable on return. Of history the newest
 * {@value #HISTORY_EACH} items of an alarm are kept, and the newest {@value #HISTORY_ALL} of all, those of deleted alarms included.
 */
final class AlarmRecords {
    static final int HISTORY_EACH = 100;
    static final int HISTORY_ALL = 2000;
    private static final String ALARM = "alarm";
    private static final String HISTORY = "alarm-history";
    private static final String BY_ALARM = "alarm";
    private static final JsonMapper JSON = JsonMapper.builder().build();

    private final RecordStore store;
    private final AtomicInteger counter = new AtomicInteger();

    AlarmRecords(RecordStore store) {
        this.store = store;
    }

    List<Alarm> load() {
        return store.read(records -> records.list(ALARM, "", null, Alarms.MAX_ALARMS).stream()
                .map(row -> JSON.readValue(row.body(), Alarm.class))
                .toList());
    }

    void configured(Alarm alarm, boolean created, Instant at) {
        String summary = "Alarm \"" + alarm.name() + "\" " + (created ? "created" : "updated");
        String data = JSON.writeValueAsString(event("type", created ? "Create" : "Update"));
        save(alarm, new AlarmHistory(alarm.name(), at, AlarmHistory.Type.CONFIGURATION_UPDATE, summary, data));
    }

    void stateChanged(Alarm alarm, Alarm.State before) {
        String summary =
                "Alarm updated from " + before.value() + " to " + alarm.state().value();
        Map<String, Object> event = event("oldState", describe(before));
        event.put("newState", describe(alarm.state()));
        Instant at = alarm.state().updatedAt();
        save(
                alarm,
                new AlarmHistory(
                        alarm.name(), at, AlarmHistory.Type.STATE_UPDATE, summary, JSON.writeValueAsString(event)));
    }

    private static Map<String, Object> event(String name, Object value) {
        Map<String, Object> event = new LinkedHashMap<>();
        event.put("version", "1.0");
        event.put(name, value);
        return event;
    }

    private static Map<String, Object> describe(Alarm.State state) {
        Map<String, Object> described = new LinkedHashMap<>();
        described.put("stateValue", state.value().name());
        described.put("stateReason", state.reason());
        if (state.reasonData() != null) {
            described.put("stateReasonData", state.reasonData());
        }
        return described;
    }

    private void save(Alarm alarm, AlarmHistory item) {
        store.write(transaction -> {
            transaction.put(ALARM, alarm.name(), JSON.writeValueAsBytes(alarm), Map.of());
            append(transaction, item);
            return true;
        });
    }

    void deleted(Collection<String> names, Instant at) {
        String data = JSON.writeValueAsString(event("type", "Delete"));
        store.write(transaction -> {
            for (String name : names) {
                transaction.delete(ALARM, name);
                String summary = "Alarm \"" + name + "\" deleted";
                append(transaction, new AlarmHistory(name, at, AlarmHistory.Type.CONFIGURATION_UPDATE, summary, data));
            }
            return true;
        });
    }

    private void append(Transaction transaction, AlarmHistory item) {
        String id = "%015d-%06d".formatted(item.timestamp().toEpochMilli(), counter.getAndIncrement() % 1_000_000);
        transaction.put(HISTORY, id, JSON.writeValueAsBytes(item), Map.of(BY_ALARM, item.alarmName()));
        List<Row> ofAlarm = transaction.find(HISTORY, BY_ALARM, item.alarmName());
        delete(transaction, ofAlarm, ofAlarm.size() - HISTORY_EACH);
        int surplus = Math.toIntExact(transaction.count(HISTORY, "")) - HISTORY_ALL;
        if (surplus > 0) {
            delete(transaction, transaction.list(HISTORY, "", null, surplus), surplus);
        }
    }

    private static void delete(Transaction transaction, List<Row> oldest, int surplus) {
        oldest.stream().limit(Math.max(0, surplus)).forEach(row -> transaction.delete(HISTORY, row.id()));
    }

    /** Newest first. */
    List<AlarmHistory> history(@Nullable String alarmName) {
        List<Row> rows = store.read(records -> alarmName == null
                ? records.listNewestFirst(HISTORY, "", Long.MAX_VALUE, HISTORY_ALL)
                : records.find(HISTORY, BY_ALARM, alarmName).reversed());
        return rows.stream()
                .map(row -> JSON.readValue(row.body(), AlarmHistory.class))
                .toList();
    }
}
