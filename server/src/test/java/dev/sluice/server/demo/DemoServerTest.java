/*
 * SPDX-FileCopyrightText: The Sluice authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.sluice.server.demo;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.sluice.server.folder.AdministratorKey;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

@Timeout(30)
class DemoServerTest {
    @TempDir
    private Path folder;

    @Test
    void aServerThatDoesNotStartIsToldWithTheEndOfItsLogAndLeavesNothing() throws Exception {
        var trace = folder.resolve("where");
        var command = List.of("sh", "-c", "pwd > " + trace + "; echo no port left >&2; exit 1", "sluice");
        assertThatThrownBy(() -> DemoServer.start(command))
                .isInstanceOf(DemoException.class)
                .hasMessage("the server did not start: no port left");
        assertThat(Path.of(Files.readString(trace).strip())).doesNotExist();
    }

    @Test
    void aReadyServerIsStoppedAndItsFolderDeletedAtTheEnd() throws Exception {
        var key = new AdministratorKey("AKIAAAAAAAAAAAAAAAAA", "s".repeat(40));
        var script = """
                mkdir -p "$2"
                printf '[default]\\naws_access_key_id = %s\\naws_secret_access_key = %s\\nregion = us-east-1\\n' > "$2/credentials"
                echo sluice ready admin=http://127.0.0.1:1 http=http://127.0.0.1:2 https=https://127.0.0.1:3
                exec sleep 60
                """.formatted(key.accessKeyId(), key.secretAccessKey());
        Path temporary;
        try (var server = DemoServer.start(List.of("sh", "-c", script, "sluice"))) {
            temporary = server.folder();
            assertThat(server.admin()).hasToString("http://127.0.0.1:1");
            assertThat(server.http()).hasToString("http://127.0.0.1:2");
            assertThat(server.profile().key()).isEqualTo(key);
            assertThat(server.dataDir()).isDirectory();
        }
        assertThat(temporary).doesNotExist();
    }
}
