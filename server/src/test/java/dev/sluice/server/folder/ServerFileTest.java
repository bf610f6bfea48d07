/*
 * SPDX-FileCopyrightText: The Sluice authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.sluice.server.folder;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.server.admin.AdminResponse;
import dev.sluice.server.admin.AdminServer;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.InstantSource;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ServerFileTest {
    private static final URI NOWHERE = URI.create("http://127.0.0.1:1");

    @TempDir
    private Path folder;

    @Test
    void isReadAsWrittenAndRemovedOnlyByItsOwner() throws Exception {
        var mine = new ServerFile(7, "1.2.3", "word", NOWHERE, NOWHERE, URI.create("https://[::1]:2"));
        mine.write(folder);
        assertThat(ServerFile.read(folder)).contains(mine);
        new ServerFile(8, "1.2.3", "other", NOWHERE, NOWHERE, NOWHERE).remove(folder);
        assertThat(ServerFile.read(folder)).contains(mine);
        mine.remove(folder);
        assertThat(ServerFile.read(folder)).isEmpty();
        mine.remove(folder);
    }

    @Test
    void anythingElseIsNoServer() throws Exception {
        for (var text : new String[] {"", "{", "[]", "{\"pid\": 1}", "{\"pid\": \"x\"}"}) {
            Files.writeString(ServerFile.in(folder), text);
            assertThat(ServerFile.read(folder)).isEmpty();
            assertThat(ServerProbe.find(folder)).isEmpty();
        }
    }

    @Test
    void findsTheServerThatAnswersWithItsWord() throws Exception {
        var address = new InetSocketAddress(InetAddress.getLoopbackAddress(), 0);
        var health = AdminResponse.text(200, "application/json", "{\"instance\":\"word\"}");
        var pid = ProcessHandle.current().pid();
        try (var server = AdminServer.start(address, request -> health, InstantSource.system(), Duration.ZERO)) {
            var admin = URI.create("http://127.0.0.1:" + server.address().getPort());
            var mine = new ServerFile(pid, "1", "word", admin, NOWHERE, NOWHERE);
            mine.write(folder);
            assertThat(ServerProbe.find(folder)).contains(mine);

            new ServerFile(pid, "1", "another word", admin, NOWHERE, NOWHERE).write(folder);
            assertThat(ServerProbe.find(folder)).isEmpty();

            new ServerFile(deadPid(), "1", "word", admin, NOWHERE, NOWHERE).write(folder);
            assertThat(ServerProbe.find(folder)).isEmpty();

            new ServerFile(pid, "1", "word", NOWHERE, NOWHERE, NOWHERE).write(folder);
            assertThat(ServerProbe.find(folder)).isEmpty();
        }
    }

    private static long deadPid() throws Exception {
        var process = new ProcessBuilder("true").start();
        process.waitFor();
        return process.pid();
    }
}
