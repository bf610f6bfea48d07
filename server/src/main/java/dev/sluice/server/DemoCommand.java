/*
 * SPDX-FileCopyrightText: The Sluice authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.sluice.server;

import dev.sluice.server.demo.Demo;
import dev.sluice.server.demo.DemoException;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/** Runs the demo against a server in a process of its own. */
final class DemoCommand {
    /** Options of this process that the launcher gives a server, too. */
    private static final List<String> HANDED_ON = List.of("-XX:AOTCache=", "-Xlog:", "-Dorg.sqlite.lib.path=");

    private final Terminal terminal;

    DemoCommand(Terminal terminal) {
        this.terminal = terminal;
    }

    /**
     * @param exit end after the show instead of staying until the process is told to stop
     * @return the exit code: 1 when a limit was passed or a step did not work
     */
    int run(boolean exit) throws IOException, InterruptedException {
        Signals.endTheProcess();
        try (var demo = Demo.start(serverCommand(), terminal::line)) {
            Runtime.getRuntime().addShutdownHook(new Thread(demo::close, "stop"));
            var kept = demo.run();
            if (!kept) {
                terminal.problem("a limit was passed");
            }
            if (!exit) {
                terminal.line("\nCtrl-C stops the server and deletes its folder.");
                demo.awaitEnd();
            }
            return kept ? 0 : 1;
        } catch (DemoException failed) {
            terminal.problem(String.valueOf(failed.getMessage()));
            return 1;
        }
    }

    /** With the flags that the launcher gives a server. */
    private static List<String> serverCommand() {
        List<String> command = new ArrayList<>(List.of(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "--enable-native-access=ALL-UNNAMED",
                "--sun-misc-unsafe-memory-access=allow",
                "-XX:+UseCompactObjectHeaders",
                "-XX:+UseG1GC"));
        ProcessHandle.current().info().arguments().stream()
                .flatMap(Arrays::stream)
                .filter(argument -> HANDED_ON.stream().anyMatch(argument::startsWith))
                .forEach(command::add);
        command.addAll(List.of("-cp", System.getProperty("java.class.path"), Sluice.class.getName(), "start"));
        return command;
    }
}
