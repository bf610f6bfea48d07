/*
 * SPDX-FileCopyrightText: The Sluice authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.sluice.server.settings;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayDeque;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import tools.jackson.core.JacksonException;
import tools.jackson.core.JsonParser;
import tools.jackson.core.JsonToken;
import tools.jackson.core.ObjectReadContext;
import tools.jackson.dataformat.yaml.YAMLFactory;
import tools.jackson.dataformat.yaml.YAMLParser;

/** Reads a settings file into flat keys and the text of their values, so that each is judged by the same parser as elsewhere. */
final class YamlSettings {
    private static final long MAX_BYTES = 1 << 20;
    private static final int MAX_DEPTH = 10;

    private final Path file;
    private final Map<String, Given> found = new LinkedHashMap<>();
    private final Set<String> seen = new HashSet<>();
    private final ArrayDeque<String> open = new ArrayDeque<>();

    private YamlSettings(Path file) {
        this.file = file;
    }

    static Map<String, Given> read(Path file) {
        var reading = new YamlSettings(file);
        try {
            if (Files.size(file) > MAX_BYTES) {
                throw new SettingsException(file + ": larger than 1 MiB (expected: a settings file)");
            }
            try (var parser =
                    (YAMLParser) new YAMLFactory().createParser(ObjectReadContext.empty(), Files.readAllBytes(file))) {
                reading.document(parser);
            }
        } catch (IOException failure) {
            throw new SettingsException(file + ": cannot be read (expected: a readable settings file)");
        } catch (JacksonException broken) {
            var reason = String.valueOf(broken.getOriginalMessage())
                    .lines()
                    .findFirst()
                    .orElse("");
            var location = broken.getLocation();
            throw new SettingsException(
                    file + (location == null ? "" : " line " + location.getLineNr()) + ": not YAML: " + reason);
        }
        return reading.found;
    }

    private void document(YAMLParser parser) {
        var first = parser.nextToken();
        if (first == null || (first == JsonToken.VALUE_NULL && parser.nextToken() == null)) {
            return;
        }
        if (first != JsonToken.START_OBJECT) {
            throw new SettingsException(file + ": expected: settings as \"name: value\"");
        }
        object(parser);
        if (parser.nextToken() != null) {
            throw new SettingsException(where(parser) + ": a second document (expected: one)");
        }
    }

    private void object(YAMLParser parser) {
        @Nullable String key = null;
        for (var token = parser.nextToken(); token != null; token = parser.nextToken()) {
            switch (token) {
                case PROPERTY_NAME -> key = enter(parser);
                case START_OBJECT -> {
                    open.addLast(key + ".");
                    if (open.size() > MAX_DEPTH) {
                        throw new SettingsException(where(parser) + ": nested too deeply");
                    }
                }
                case END_OBJECT -> {
                    if (open.isEmpty()) {
                        return;
                    }
                    open.removeLast();
                }
                case VALUE_STRING, VALUE_NUMBER_INT, VALUE_NUMBER_FLOAT, VALUE_TRUE, VALUE_FALSE -> scalar(parser, key);
                default ->
                    throw new SettingsException(key + ": " + named(token) + " in " + where(parser)
                            + " (expected: one value, or settings below it)");
            }
        }
    }

    private String enter(YAMLParser parser) {
        var key = (open.isEmpty() ? "" : open.getLast()) + parser.currentName();
        if (!seen.add(key)) {
            throw new SettingsException(key + ": set a second time in " + where(parser) + " (expected: once)");
        }
        return key;
    }

    private void scalar(YAMLParser parser, @Nullable String key) {
        if (key == null || parser.isCurrentAlias()) {
            throw new SettingsException(key + ": an alias in " + where(parser) + " (expected: a value)");
        }
        found.put(key, new Given(parser.getString(), where(parser)));
    }

    private String where(JsonParser parser) {
        return file + " line " + parser.currentTokenLocation().getLineNr();
    }

    private static String named(JsonToken token) {
        return switch (token) {
            case START_ARRAY -> "a list";
            case VALUE_NULL -> "nothing";
            default -> "no plain value";
        };
    }
}
