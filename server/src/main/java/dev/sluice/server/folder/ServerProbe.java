/*
 * SPDX-FileCopyrightText: The Sluice authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.sluice.server.folder;

import java.io.IOException;
import java.net.HttpURLConnection;
import java.net.Proxy;
import java.nio.file.Path;
import java.util.Optional;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.json.JsonMapper;

/** Finds the server that runs on a data folder, and proves that it is that one. */
public final class ServerProbe {
    private static final int TIMEOUT_MILLIS = 3_000;
    private static final int MAX_HEALTH_BYTES = 1 << 20;
    private static final JsonMapper JSON = JsonMapper.builder().build();

    private ServerProbe() {}

    /** The running server: its process lives, and {@code /health} at its address repeats the word in its {@code server.json}. */
    public static Optional<ServerFile> find(Path dataDir) {
        return ServerFile.read(dataDir)
                .filter(file -> ProcessHandle.of(file.pid())
                        .filter(ProcessHandle::isAlive)
                        .isPresent())
                .filter(ServerProbe::answers);
    }

    private static boolean answers(ServerFile file) {
        try {
            var connection =
                    (HttpURLConnection) file.admin().resolve("/health").toURL().openConnection(Proxy.NO_PROXY);
            connection.setConnectTimeout(TIMEOUT_MILLIS);
            connection.setReadTimeout(TIMEOUT_MILLIS);
            try (var body = connection.getInputStream()) {
                var health = JSON.readTree(body.readNBytes(MAX_HEALTH_BYTES));
                return file.instance().equals(health.path("instance").asString(""));
            } finally {
                connection.disconnect();
            }
        } catch (IOException | JacksonException | IllegalArgumentException noAnswer) {
            return false;
        }
    }
}
