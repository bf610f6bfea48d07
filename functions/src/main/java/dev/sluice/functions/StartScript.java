/*
 * SPDX-FileCopyrightText: The Sluice authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.sluice.functions;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/**
 * The shell script that an environment's process reads from standard input once it has lost its privileges: sets the variables and limits and
 * becomes the interpreter. Variables travel this way because command lines are visible to every user of the host, and because the user's
 * {@code LD_PRELOAD} must not reach a program that still has privileges.
 */
final class StartScript {
    private static final int MAX_OPEN_FILES = 1024;
    private static final int MAX_PROCESSES = 1024;

    private StartScript() {}

    /**
     * @param ownUser whether the process has a user of its own, so that its processes can be counted
     * @param marker see {@link LogPump}
     */
    static String of(
            FunctionSpec spec,
            Interpreter interpreter,
            Launcher.View view,
            String logStream,
            String marker,
            boolean ownUser) {
        StringBuilder script = new StringBuilder();
        variables(spec, view, logStream)
                .forEach((name, value) -> script.append("export ")
                        .append(name)
                        .append('=')
                        .append(quoted(value))
                        .append('\n'));
        // A guard for the host against runaway growth between two looks at the resident size, not the function's memory
        // limit; thread stacks
        // (8 MiB of address space each) count, so it is generous.
        long dataKibibytes = (2L * spec.memoryMegabytes() + 512) << 10;
        script.append("umask 022; ulimit -c 0; ulimit -n ").append(MAX_OPEN_FILES);
        script.append("; ulimit -d ").append(dataKibibytes);
        if (ownUser) {
            script.append("; ulimit -p ").append(MAX_PROCESSES);
        }
        script.append("\ncd ").append(quoted(view.code())).append(" || exit 1\nunset OLDPWD\nexec");
        List<String> command = List.of(
                interpreter.executable().toString(),
                "-I",
                "-S",
                "-B",
                "-X",
                "utf8",
                view.runtimeFolder() + "/bootstrap.py",
                view.socketFolder() + "/socket",
                marker);
        command.forEach(word -> script.append(' ').append(quoted(word)));
        return script.append(" </dev/null\n").toString();
    }

    /** "Using Lambda environment variables" of the AWS Lambda guide; the user's win over those that are not reserved. */
    private static Map<String, String> variables(FunctionSpec spec, Launcher.View view, String logStream) {
        Map<String, String> variables = new LinkedHashMap<>();
        variables.put("PATH", "/usr/local/bin:/usr/bin:/bin:/opt/bin");
        variables.put("LANG", "en_US.UTF-8");
        variables.put("TZ", ":UTC");
        variables.put("HOME", "/tmp");
        variables.put("LD_LIBRARY_PATH", view.code() + ":" + view.code() + "/lib:/opt/lib");
        variables.put("PYTHONPATH", view.runtimeFolder());
        variables.put("AWS_LAMBDA_LOG_FORMAT", "Text");
        variables.putAll(new TreeMap<>(spec.environment()));
        variables.put("_HANDLER", spec.handler());
        variables.put("LAMBDA_TASK_ROOT", view.code());
        variables.put("LAMBDA_RUNTIME_DIR", view.runtimeFolder());
        variables.put("AWS_REGION", spec.region());
        variables.put("AWS_DEFAULT_REGION", spec.region());
        variables.put("AWS_EXECUTION_ENV", "AWS_Lambda_" + spec.runtime());
        variables.put("AWS_LAMBDA_FUNCTION_NAME", spec.name());
        variables.put("AWS_LAMBDA_FUNCTION_VERSION", spec.version());
        variables.put("AWS_LAMBDA_FUNCTION_MEMORY_SIZE", Integer.toString(spec.memoryMegabytes()));
        variables.put("AWS_LAMBDA_LOG_GROUP_NAME", "/aws/lambda/" + spec.name());
        variables.put("AWS_LAMBDA_LOG_STREAM_NAME", logStream);
        variables.put("AWS_LAMBDA_INITIALIZATION_TYPE", "on-demand");
        return variables;
    }

    private static String quoted(String word) {
        return "'" + word.replace("'", "'\\''") + "'";
    }
}
