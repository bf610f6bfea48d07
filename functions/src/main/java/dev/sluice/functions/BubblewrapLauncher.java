/*
 * SPDX-FileCopyrightText: The Sluice authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.sluice.functions;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * Starts environments with bubblewrap: own process, IPC, host name and mount namespaces; a file system made of {@code /usr}, the interpreter,
 * the code and a private {@code /tmp}; no capability. The network is the host's.
 *
 * <p>As root each environment becomes a user of its own instead of root in a user namespace: the latter is still root to the kernel's file
 * checks and could open {@code /proc/sys} for writing. As an ordinary user a user namespace is the only way.
 */
final class BubblewrapLauncher implements Launcher {
    static final int NAMESPACE_USER = 993;
    private static final List<String> SYSTEM_FOLDERS = List.of("bin", "sbin", "lib", "lib64", "lib32");
    private static final List<String> ETC = List.of(
            "alternatives",
            "ca-certificates",
            "hosts",
            "ld.so.cache",
            "localtime",
            "nsswitch.conf",
            "pki",
            "protocols",
            "resolv.conf",
            "services",
            "ssl");

    private final Path bwrap;
    private final @Nullable Path setpriv;
    private final UserIds users;
    private final List<String> fixed;

    /** @param setpriv present exactly if the server is root */
    BubblewrapLauncher(Path bwrap, Optional<Path> setpriv, UserIds users, int ephemeralStorageMegabytes) {
        this.bwrap = bwrap;
        this.setpriv = setpriv.orElse(null);
        this.users = users;
        this.fixed = List.copyOf(fixedArguments(ephemeralStorageMegabytes));
    }

    @Override
    public Isolation.Level level() {
        return Isolation.Level.SANDBOX;
    }

    @Override
    public String description() {
        return setpriv == null
                ? "bubblewrap with a user namespace"
                : "bubblewrap with a user of its own per environment";
    }

    @Override
    public List<String> command(Launch launch) {
        List<String> command = new ArrayList<>(fixed);
        if (!launch.interpreterPrefix().startsWith("/usr")) {
            folders(command, launch.interpreterPrefix().getParent());
            bind(
                    command,
                    "--ro-bind",
                    launch.interpreterPrefix(),
                    launch.interpreterPrefix().toString());
        }
        bind(command, "--ro-bind", launch.code(), "/var/task");
        bind(command, "--ro-bind", launch.runtimeFolder(), "/var/runtime");
        bind(command, "--ro-bind", launch.socketFolder(), "/run/sluice");
        bind(command, "--ro-bind-try", launch.socketFolder().resolve("passwd"), "/etc/passwd");
        command.addAll(List.of("--remount-ro", "/dev", "--remount-ro", "/", "--chdir", "/var/task", "--"));
        if (setpriv != null) {
            command.addAll(OwnUserLauncher.dropTo(setpriv, users.of(launch.slot()), false));
        }
        command.addAll(List.of("/bin/sh", "-s"));
        return command;
    }

    @Override
    public View view(Launch launch) {
        return new View("/var/task", "/var/runtime", "/run/sluice");
    }

    @Override
    public int userId(int slot) {
        return setpriv == null ? -1 : users.of(slot);
    }

    @Override
    public boolean canRun(Interpreter interpreter) {
        boolean ownFolder =
                interpreter.prefix().startsWith("/usr") || interpreter.prefix().getNameCount() >= 2;
        return ownFolder
                && (interpreter.executable().startsWith("/usr")
                        || interpreter.executable().startsWith(interpreter.prefix()));
    }

    /** Its death takes the process namespace's first process with it, and that every process in the namespace. */
    @Override
    public void kill(Process process, int slot) {
        process.destroyForcibly();
    }

    private List<String> fixedArguments(int ephemeralStorageMegabytes) {
        List<String> arguments = new ArrayList<>(List.of(bwrap.toString(), "--die-with-parent", "--new-session"));
        arguments.addAll(List.of("--unshare-pid", "--unshare-ipc", "--unshare-uts", "--unshare-cgroup-try"));
        arguments.addAll(List.of("--cap-drop", "ALL"));
        if (setpriv == null) {
            arguments.addAll(List.of("--unshare-user", "--uid", "" + NAMESPACE_USER, "--gid", "" + NAMESPACE_USER));
        } else {
            for (String capability : List.of("CAP_SETUID", "CAP_SETGID", "CAP_SETPCAP")) {
                arguments.addAll(List.of("--cap-add", capability));
            }
        }
        bind(arguments, "--ro-bind", Path.of("/usr"), "/usr");
        for (String name : SYSTEM_FOLDERS) {
            systemFolder(arguments, Path.of("/" + name));
        }
        long storage = (long) ephemeralStorageMegabytes << 20;
        arguments.addAll(List.of("--proc", "/proc", "--dev", "/dev"));
        arguments.addAll(List.of("--perms", "1777", "--size", "" + storage, "--tmpfs", "/tmp"));
        for (String folder : List.of("/etc", "/run", "/var")) {
            folders(arguments, Path.of(folder));
        }
        for (String name : ETC) {
            bind(arguments, "--ro-bind-try", Path.of("/etc", name), "/etc/" + name);
        }
        return arguments;
    }

    private static void systemFolder(List<String> arguments, Path folder) {
        try {
            if (Files.isSymbolicLink(folder)) {
                arguments.addAll(
                        List.of("--symlink", Files.readSymbolicLink(folder).toString(), folder.toString()));
            } else if (Files.isDirectory(folder)) {
                bind(arguments, "--ro-bind", folder, folder.toString());
            }
        } catch (IOException e) {
            // Unreadable, so of no use inside either.
        }
    }

    /** Folders on the way to a mount point; bubblewrap itself would make them for the server's user alone. */
    private static void folders(List<String> arguments, @Nullable Path folder) {
        if (folder != null && folder.getNameCount() > 0) {
            folders(arguments, folder.getParent());
            arguments.addAll(List.of("--perms", "0755", "--dir", folder.toString()));
        }
    }

    private static void bind(List<String> arguments, String option, Path from, String to) {
        arguments.addAll(List.of(option, from.toString(), to));
    }
}
