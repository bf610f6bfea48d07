/*
 * SPDX-FileCopyrightText: The Sluice authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.sluice.control.apigateway.usage;

import java.util.ArrayList;
import java.util.List;

/**
 * A comma-separated table as API Gateway's API key file has it: RFC 4180, where a cell may be quoted by single quotes as well, and cells
 * are trimmed. No CSV library reads both quotes.
 */
final class CsvTable {
    private final String text;
    private int at;

    private CsvTable(String text) {
        this.text = text;
    }

    /** The rows that are not blank, header included. An unclosed quote ends with the text. */
    static List<List<String>> parse(String text) {
        CsvTable table = new CsvTable(text);
        List<List<String>> rows = new ArrayList<>();
        while (table.at < text.length()) {
            List<String> row = table.row();
            if (row.size() > 1 || !row.getFirst().isEmpty()) {
                rows.add(row);
            }
        }
        return rows;
    }

    private List<String> row() {
        List<String> cells = new ArrayList<>();
        while (true) {
            cells.add(cell());
            if (at >= text.length()) {
                return cells;
            }
            char separator = text.charAt(at++);
            if (separator == '\r' && at < text.length() && text.charAt(at) == '\n') {
                at++;
            }
            if (separator != ',') {
                return cells;
            }
        }
    }

    private String cell() {
        while (at < text.length() && (text.charAt(at) == ' ' || text.charAt(at) == '\t')) {
            at++;
        }
        StringBuilder cell = new StringBuilder();
        char quote = at < text.length() ? text.charAt(at) : 0;
        if (quote == '"' || quote == '\'') {
            at++;
            quoted(quote, cell);
        }
        while (at < text.length() && ",\r\n".indexOf(text.charAt(at)) < 0) {
            cell.append(text.charAt(at++));
        }
        return cell.toString().strip();
    }

    /** Up to the closing quote; a doubled one stands for itself. */
    private void quoted(char quote, StringBuilder cell) {
        while (at < text.length()) {
            char c = text.charAt(at++);
            if (c != quote) {
                cell.append(c);
            } else if (at < text.length() && text.charAt(at) == quote) {
                cell.append(quote);
                at++;
            } else {
                return;
            }
        }
    }
}
