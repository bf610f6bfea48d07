/*
 * SPDX-FileCopyrightText: The Sluice authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.sluice.server.folder;

import java.io.IOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/**
 * {@code DIR/server.json}: tells other processes how to reach the server that runs on the folder.
 *
 * @param pid its process
 * @param instance a random word that its {@code /health} repeats, so that another process on its port is not mistaken for it
 */
public record ServerFile(long pid, String version, String instance, URI admin, URI http, URI https) {
    private static final String NAME = "server.json";
    private static final JsonMapper JSON = JsonMapper.builder().build();

    public static Path in(Path dataDir) {
        return dataDir.resolve(NAME);
    }

    public void write(Path dataDir) throws IOException {
        var json = JSON.createObjectNode()
                .put("pid", pid)
                .put("version", version)
                .put("instance", instance)
                .put("admin", admin.toString())
                .put("http", http.toString())
                .put("https", https.toString());
        WholeFile.write(in(dataDir), json.toPrettyString() + "\n", "rw-------");
    }

    /** Removes the file if it is still this server's. */
    public void remove(Path dataDir) throws IOException {
        if (read(dataDir).filter(this::equals).isPresent()) {
            Files.deleteIfExists(in(dataDir));
        }
    }

    /** Empty when there is no such file or it is not as {@link #write} makes it. */
    public static Optional<ServerFile> read(Path dataDir) {
        try {
            var json = JSON.readTree(Files.readAllBytes(in(dataDir)));
            return Optional.of(new ServerFile(
                    json.required("pid").longValue(),
                    json.required("version").stringValue(),
                    json.required("instance").stringValue(),
                    uri(json, "admin"),
                    uri(json, "http"),
                    uri(json, "https")));
        } catch (IOException | JacksonException | IllegalArgumentException unusable) {
            return Optional.empty();
        }
    }

    private static URI uri(JsonNode json, String name) {
        return URI.create(json.required(name).stringValue());
    }
}
