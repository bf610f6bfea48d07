/*
 * SPDX-FileCopyrightText: The Sluice authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.sluice.control.apigateway.usage;

import static dev.sluice.control.apigateway.usage.PlanChecks.badRequest;

import dev.sluice.control.Documents;
import dev.sluice.store.Transaction;
import dev.sluice.wire.Call;
import dev.sluice.wire.Handlers;
import dev.sluice.wire.ServiceException;
import dev.sluice.wire.apigateway.ApiGatewayOperations;
import dev.sluice.wire.apigateway.ApiKeyIds;
import dev.sluice.wire.apigateway.ImportApiKeysRequest;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * ImportApiKeys: a CSV file with the columns Name and Key, and optionally Description, Enabled and UsagePlanIds, in any order and case. A
 * row that cannot be imported gives a warning, and fails the whole import with {@code failonwarnings}. A key value that exists is
 * overwritten.
 */
final class ApiKeyImport {
    private static final int MIN_VALUE = 30;
    private static final int MAX_VALUE = 128;

    private final Documents documents;
    private final KeyWriter writer;
    private final LivePlans live;

    ApiKeyImport(Documents documents, KeyWriter writer, LivePlans live) {
        this.documents = documents;
        this.writer = writer;
        this.live = live;
    }

    void register(Handlers.Builder handlers) {
        handlers.on(ApiGatewayOperations.IMPORT_API_KEYS, this::importKeys);
    }

    /** What came of it. */
    private record Outcome(List<String> ids, List<String> warnings) {}

    private ApiKeyIds importKeys(Call call, ImportApiKeysRequest request) {
        if (!"csv".equalsIgnoreCase(request.format())) {
            throw badRequest("Invalid format " + request.format() + " specified (expected: csv)");
        }
        List<ImportRow> rows = rows(new String(request.body(), StandardCharsets.UTF_8));
        boolean strict = Boolean.TRUE.equals(request.failOnWarnings());
        Outcome outcome = documents.store().write(tx -> {
            Outcome imported = importRows(tx, rows);
            if (strict && !imported.warnings().isEmpty()) {
                throw badRequest("Import failed on warnings: " + String.join("; ", imported.warnings()));
            }
            return imported;
        });
        outcome.ids().forEach(live::refreshKey);
        return ApiKeyIds.builder()
                .ids(outcome.ids())
                .warnings(outcome.warnings())
                .build();
    }

    private Outcome importRows(Transaction tx, List<ImportRow> rows) {
        Outcome outcome = new Outcome(new ArrayList<>(), new ArrayList<>());
        for (ImportRow row : rows) {
            if (row.value().length() < MIN_VALUE || row.value().length() > MAX_VALUE) {
                outcome.warnings()
                        .add("Line " + row.line() + ": the key has "
                                + row.value().length() + " characters (expected: 30 to 128)");
                continue;
            }
            try {
                String id = write(tx, row).id();
                outcome.ids().add(id);
                addToPlans(tx, row, id, outcome.warnings());
            } catch (ServiceException e) {
                outcome.warnings().add("Line " + row.line() + ": " + e.getMessage());
            }
        }
        return outcome;
    }

    private ApiKeyDocument write(Transaction tx, ImportRow row) {
        Optional<ApiKeyDocument> existing = writer.byValue(tx, row.value());
        if (existing.isEmpty()) {
            return writer.create(
                    tx,
                    new KeyWriter.Draft(
                            row.name(), row.description(), row.enabled(), row.value(), null, List.of(), null));
        }
        ApiKeyDocument old = existing.get();
        return writer.overwrite(
                tx,
                new ApiKeyDocument(
                        old.id(),
                        row.name(),
                        row.description(),
                        row.enabled(),
                        old.createdDate(),
                        old.lastUpdatedDate(),
                        old.sealedValue(),
                        old.customerId(),
                        old.stageKeys(),
                        old.tags()));
    }

    private static void addToPlans(Transaction tx, ImportRow row, String keyId, List<String> warnings) {
        for (String planId : row.planIds()) {
            boolean member = tx.get(UsageKinds.PLAN_KEY.name(), PlanKeyDocument.id(planId, keyId))
                    .isPresent();
            try {
                if (!member) {
                    Memberships.add(tx, planId, keyId);
                }
            } catch (ServiceException e) {
                warnings.add("Line " + row.line() + ": usage plan " + planId + ": " + e.getMessage());
            }
        }
    }

    /** A row of the file; {@code line} counts from 1, blank lines left out. */
    private record ImportRow(
            int line, String name, String value, @Nullable String description, boolean enabled, List<String> planIds) {}

    private static List<ImportRow> rows(String text) {
        List<List<String>> table = CsvTable.parse(text.startsWith("\uFEFF") ? text.substring(1) : text);
        Map<String, Integer> columns = new HashMap<>();
        if (!table.isEmpty()) {
            List<String> header = table.getFirst();
            for (int i = 0; i < header.size(); i++) {
                columns.putIfAbsent(header.get(i).toLowerCase(Locale.ROOT), i);
            }
        }
        for (String required : List.of("Name", "Key")) {
            if (!columns.containsKey(required.toLowerCase(Locale.ROOT))) {
                throw badRequest("Missing required column '" + required + "'");
            }
        }
        List<ImportRow> rows = new ArrayList<>();
        for (int line = 1; line < table.size(); line++) {
            List<String> cells = table.get(line);
            String enabled = cell(cells, columns, "enabled");
            String description = cell(cells, columns, "description");
            rows.add(new ImportRow(
                    line + 1,
                    cell(cells, columns, "name"),
                    cell(cells, columns, "key"),
                    description.isEmpty() ? null : description,
                    enabled.isEmpty() || Boolean.parseBoolean(enabled),
                    planIds(cell(cells, columns, "usageplanids"))));
        }
        return rows;
    }

    private static String cell(List<String> cells, Map<String, Integer> columns, String column) {
        Integer index = columns.get(column);
        return index == null || index >= cells.size() ? "" : cells.get(index);
    }

    private static List<String> planIds(String text) {
        List<String> ids = new ArrayList<>();
        for (String id : text.split(",", -1)) {
            if (!id.isBlank()) {
                ids.add(id.strip());
            }
        }
        return ids;
    }
}
