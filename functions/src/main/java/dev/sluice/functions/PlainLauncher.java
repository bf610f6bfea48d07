/*
 * SPDX-FileCopyrightText: The Sluice authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.sluice.functions;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * Starts environments with the server's own rights; for trusted code only. A grandchild that makes a session of its own outlives its environment.
 */
final class PlainLauncher implements Launcher {
    private final List<String> command;

    /**
     * @param setpriv if present, the process dies with the server and can't gain privileges
     * @param setsid if present, what the process leaves behind can be found
     */
    PlainLauncher(Optional<Path> setpriv, Optional<Path> setsid) {
        List<String> words = new ArrayList<>();
        setpriv.ifPresent(path -> words.addAll(List.of(path.toString(), "--no-new-privs", "--pdeathsig=KILL")));
        setsid.ifPresent(path -> words.add(path.toString()));
        words.addAll(List.of("/bin/sh", "-s"));
        command = List.copyOf(words);
    }

    static View hostView(Launch launch) {
        return new View(
                launch.code().toString(),
                launch.runtimeFolder().toString(),
                launch.socketFolder().toString());
    }

    @Override
    public Isolation.Level level() {
        return Isolation.Level.PROCESS;
    }

    @Override
    public String description() {
        return "functions run with this server's own rights; only run code you trust";
    }

    @Override
    public List<String> command(Launch launch) {
        return command;
    }

    @Override
    public View view(Launch launch) {
        return hostView(launch);
    }

    @Override
    public int userId(int slot) {
        return -1;
    }

    @Override
    public boolean canRun(Interpreter interpreter) {
        return true;
    }

    @Override
    public void kill(Process process, int slot) {
        List<ProcessHandle> descendants = process.descendants().toList();
        process.destroyForcibly();
        descendants.forEach(ProcessHandle::destroyForcibly);
        Session.kill(process.pid());
    }
}
