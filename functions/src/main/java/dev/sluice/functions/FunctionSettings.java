/*
 * SPDX-FileCopyrightText: The Sluice authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.sluice.functions;

import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;

/**
 * Settings of {@link Functions}, all under {@code functions.} in the configuration.
 *
 * @param isolation how hard to insist on a sandbox
 * @param allowUnsandboxed lets functions run with the server's own rights even when the server is root
 * @param runtimeFallback what to do when the asked Python version is not installed
 * @param runtimes runtime identifier to interpreter, tried before all others
 * @param maxEnvironments processes of all functions together, at least 1
 * @param memoryBudgetMegabytes sum of the memory sizes of all environments at most; 0 = half of the machine's memory
 * @param maxWaiting calls of one function that may wait for an environment; one more is refused at once
 * @param idleExpiry an environment idle for so long is stopped
 * @param initTimeout for starting a process and loading the user's module
 * @param ephemeralStorageMegabytes size of {@code /tmp} in a sandbox
 */
public record FunctionSettings(
        IsolationMode isolation,
        boolean allowUnsandboxed,
        RuntimeFallback runtimeFallback,
        Map<String, Path> runtimes,
        int maxEnvironments,
        long memoryBudgetMegabytes,
        int maxWaiting,
        Duration idleExpiry,
        Duration initTimeout,
        int ephemeralStorageMegabytes) {
    public FunctionSettings {
        runtimes = Map.copyOf(runtimes);
        atLeast("maxEnvironments", maxEnvironments, 1);
        atLeast("memoryBudgetMegabytes", memoryBudgetMegabytes, 0);
        atLeast("maxWaiting", maxWaiting, 0);
        atLeast("ephemeralStorageMegabytes", ephemeralStorageMegabytes, 1);
        atLeast("idleExpiry (milliseconds)", idleExpiry.toMillis(), 1);
        atLeast("initTimeout (milliseconds)", initTimeout.toMillis(), 1);
    }

    /** How hard to insist on a sandbox. */
    public enum IsolationMode {
        /** The best level that the self-test proves. */
        AUTO,
        /** Fail to start without {@link Isolation.Level#SANDBOX}. */
        SANDBOX,
        /** At least {@link Isolation.Level#UNPRIVILEGED}, and no more: for hosts where a sandbox gets in the way. Needs root. */
        UNPRIVILEGED,
        /** No isolation, for trusted code; as root only together with {@code allowUnsandboxed}. */
        PROCESS
    }

    /** What to do when the asked version is not installed. */
    public enum RuntimeFallback {
        /** Run the nearest installed version, with a warning. */
        NEAREST,
        /** Refuse the function. */
        REFUSE
    }

    public static FunctionSettings defaults() {
        return builder().build();
    }

    /** A builder that starts from the defaults. */
    public static Builder builder() {
        return new Builder();
    }

    private static void atLeast(String name, long value, long least) {
        if (value < least) {
            throw new IllegalArgumentException(name + ": " + value + " (expected: >= " + least + ")");
        }
    }

    /** Not thread-safe. */
    public static final class Builder {
        private IsolationMode isolation = IsolationMode.AUTO;
        private boolean allowUnsandboxed;
        private RuntimeFallback runtimeFallback = RuntimeFallback.NEAREST;
        private Map<String, Path> runtimes = Map.of();
        private int maxEnvironments = 1000;
        private long memoryBudgetMegabytes;
        private int maxWaiting = 10_000;
        private Duration idleExpiry = Duration.ofMinutes(10);
        private Duration initTimeout = Duration.ofSeconds(10);
        private int ephemeralStorageMegabytes = 512;

        private Builder() {}

        public Builder isolation(IsolationMode value) {
            isolation = value;
            return this;
        }

        public Builder allowUnsandboxed(boolean value) {
            allowUnsandboxed = value;
            return this;
        }

        public Builder runtimeFallback(RuntimeFallback value) {
            runtimeFallback = value;
            return this;
        }

        public Builder runtimes(Map<String, Path> value) {
            runtimes = value;
            return this;
        }

        public Builder maxEnvironments(int value) {
            maxEnvironments = value;
            return this;
        }

        public Builder memoryBudgetMegabytes(long value) {
            memoryBudgetMegabytes = value;
            return this;
        }

        public Builder maxWaiting(int value) {
            maxWaiting = value;
            return this;
        }

        public Builder idleExpiry(Duration value) {
            idleExpiry = value;
            return this;
        }

        public Builder initTimeout(Duration value) {
            initTimeout = value;
            return this;
        }

        public Builder ephemeralStorageMegabytes(int value) {
            ephemeralStorageMegabytes = value;
            return this;
        }

        public FunctionSettings build() {
            return new FunctionSettings(
                    isolation,
                    allowUnsandboxed,
                    runtimeFallback,
                    runtimes,
                    maxEnvironments,
                    memoryBudgetMegabytes,
                    maxWaiting,
                    idleExpiry,
                    initTimeout,
                    ephemeralStorageMegabytes);
        }
    }
}
