/*
 * SPDX-FileCopyrightText: The Sluice authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.sluice.tests;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Executors;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import software.amazon.awssdk.core.exception.SdkException;

/** {@code kill -9} at any time: what was acknowledged is there, what was started is gone. */
class CrashTest {
    private static final int ROUNDS = 3;
    private static final int CALLERS = 4;

    @Test
    void whatWasAcknowledgedIsThereAfterAKill(@TempDir Path folder) throws InterruptedException {
        Path data = folder.resolve("data");
        Map<String, String> acknowledged = new ConcurrentHashMap<>();
        MockApi api;
        try (RunningServer server = RunningServer.start(data)) {
            api = MockApi.create(server.aws().apigateway(), "crash", true);
        }
        for (int round = 0; round < ROUNDS; round++) {
            try (RunningServer server = RunningServer.start(data)) {
                assertKnown(server, acknowledged);
                try (var callers = Executors.newVirtualThreadPerTaskExecutor()) {
                    for (int caller = 0; caller < CALLERS; caller++) {
                        callers.execute(() -> createUntilKilled(server, acknowledged));
                    }
                    Instant deadline = Instant.now().plus(Duration.ofSeconds(20));
                    int before = acknowledged.size();
                    while (acknowledged.size() < before + 40 && Instant.now().isBefore(deadline)) {
                        Thread.sleep(5);
                    }
                    server.kill();
                }
            }
        }
        try (RunningServer server = RunningServer.start(data)) {
            assertThat(acknowledged.size()).isGreaterThanOrEqualTo(ROUNDS * 40);
            assertKnown(server, acknowledged);
            MockApi served = new MockApi(server.aws().apigateway(), api.id(), api.resourceId());
            MockApi.Tier tier = served.tier("after", null, null);
            assertThat(Http.get(served.url(server), "x-api-key", tier.keyValue())
                            .statusCode())
                    .isEqualTo(200);
        }
    }

    private static void createUntilKilled(RunningServer server, Map<String, String> acknowledged) {
        try {
            while (true) {
                var key =
                        server.aws().apigateway().createApiKey(r -> r.name("k").enabled(true));
                acknowledged.put(key.id(), key.value());
            }
        } catch (SdkException e) {
            assertThat(e).hasMessageNotContaining("Status Code: 500"); // the connection went with the server
        }
    }

    private static void assertKnown(RunningServer server, Map<String, String> acknowledged) {
        Map<String, String> known = new ConcurrentHashMap<>();
        server.aws()
                .apigateway()
                .getApiKeysPaginator(r -> r.includeValues(true).limit(500))
                .items()
                .forEach(key -> known.put(key.id(), key.value()));
        assertThat(known).containsAllEntriesOf(acknowledged);
    }

    @Test
    void noFunctionProcessOutlivesAKilledServer(@TempDir Path folder) throws Exception {
        Path data = folder.resolve("data");
        try (RunningServer server = RunningServer.start(data)) {
            LambdaApi backend = LambdaApi.create(server, "loop", LambdaApi.RECIPE);
            MockApi.Tier tier = backend.api().tier("any", null, null);
            try (var callers = Executors.newVirtualThreadPerTaskExecutor()) {
                for (int i = 0; i < CALLERS; i++) {
                    callers.execute(() -> Http.get(backend.url(), "x-api-key", tier.keyValue()));
                }
            }
            assertThat(processesThatName(data)).as("environments are running").isNotEmpty();
            server.kill();
        }
        Instant deadline = Instant.now().plus(Duration.ofSeconds(10));
        while (!processesThatName(data).isEmpty() && Instant.now().isBefore(deadline)) {
            Thread.sleep(20);
        }
        assertThat(processesThatName(data)).isEmpty();
    }

    /** Command lines of processes, other than this one's children in Java, that name the folder. */
    private static List<String> processesThatName(Path folder) throws IOException {
        List<String> found = new ArrayList<>();
        try (DirectoryStream<Path> processes = Files.newDirectoryStream(Path.of("/proc"), "[0-9]*")) {
            for (Path process : processes) {
                try {
                    String line = Files.readString(process.resolve("cmdline"), StandardCharsets.ISO_8859_1)
                            .replace('\0', ' ');
                    if (line.contains(folder.toString()) && !line.contains("dev.sluice.server.Sluice")) {
                        found.add(line);
                    }
                } catch (IOException e) {
                    continue; // it ended meanwhile
                }
            }
        }
        return found;
    }
}
