/*
 * SPDX-FileCopyrightText: The Sluice authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.sluice.server;

import dev.sluice.server.folder.ServerProbe;
import dev.sluice.server.settings.Settings;
import dev.sluice.server.settings.Settings.Listener;
import java.io.File;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;

/** Says, one line each, whether this machine has what the server needs with these settings. */
final class DoctorCommand {
    private static final Path CGROUPS = Path.of("/sys/fs/cgroup");
    private static final List<String> INTERPRETERS = List.of("python3", "node");

    private final Terminal terminal;
    private final List<Path> searchPath;
    private boolean failed;

    DoctorCommand(Terminal terminal, String searchPath) {
        this.terminal = terminal;
        this.searchPath = Arrays.stream(searchPath.split(File.pathSeparator))
                .map(Path::of)
                .toList();
    }

    /** @return the exit code: 1 when something needed is missing */
    int run(Settings settings) {
        ok("the settings can be used");
        checkFolder(settings.dataDir().toAbsolutePath().normalize());
        if (ServerProbe.find(settings.dataDir()).isPresent()) {
            ok("a server is running on this folder, so its ports are not tried");
        } else {
            checkPort("admin", settings.admin());
            checkPort("http", settings.http());
            checkPort("https", settings.https());
        }
        hintPrograms();
        hintIsolation();
        return failed ? 1 : 0;
    }

    private void checkFolder(Path folder) {
        var existing = folder;
        while (existing != null && Files.notExists(existing)) {
            existing = existing.getParent();
        }
        if (existing != null && Files.isDirectory(existing) && Files.isWritable(existing)) {
            ok("data folder " + folder + (existing.equals(folder) ? "" : ", made at the first start"));
        } else {
            missing("data folder " + folder + ": " + existing + " is no folder that can be written");
        }
    }

    private void checkPort(String module, Listener listener) {
        var name = module + " listener on " + listener.host() + ":" + listener.port();
        try (var socket = new ServerSocket()) {
            socket.setReuseAddress(true);
            socket.bind(new InetSocketAddress(listener.host(), listener.port()));
            ok(name);
        } catch (IOException failure) {
            missing(name + ": " + failure.getMessage() + "; set " + module + ".port or " + module + ".host");
        }
    }

    private void hintPrograms() {
        for (var program : INTERPRETERS) {
            if (isOnPath(program)) {
                ok(program + " for functions");
            } else {
                note(program + " is not on PATH: functions written for it cannot run");
            }
        }
    }

    private void hintIsolation() {
        if (!isOnPath("bwrap")) {
            note("bwrap is not on PATH: functions run without a sandbox (Debian: apt-get install bubblewrap)");
        } else if (Files.isWritable(CGROUPS)) {
            ok("bwrap and writable cgroups for isolation level strict; the start proves it by a self-test");
        } else {
            note("bwrap, but cgroups cannot be written: isolation level sandbox at best, without hard memory limits");
        }
    }

    private boolean isOnPath(String program) {
        return searchPath.stream().anyMatch(folder -> Files.isExecutable(folder.resolve(program)));
    }

    private void ok(String text) {
        terminal.line("ok       " + text);
    }

    private void note(String text) {
        terminal.line("note     " + text);
    }

    private void missing(String text) {
        terminal.line("missing  " + text);
        failed = true;
    }
}
