/*
 * SPDX-FileCopyrightText: The Sluice authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.sluice.functions;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.NavigableMap;
import java.util.Optional;
import java.util.TreeMap;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.FutureTask;
import java.util.function.Predicate;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

/** The interpreters of this host, as probed at start; the first question waits for the end of that. Thread-safe. */
public final class RuntimeCatalog {
    private static final int OLDEST_MINOR = 8;
    private static final int NEWEST_MINOR = 14;
    private static final Pattern PYTHON = Pattern.compile("python3\\.(\\d{1,2})");

    private final FunctionSettings.RuntimeFallback fallback;
    private final FutureTask<NavigableMap<Integer, Interpreter>> probing;

    private RuntimeCatalog(
            FunctionSettings.RuntimeFallback fallback, FutureTask<NavigableMap<Integer, Interpreter>> probing) {
        this.fallback = fallback;
        this.probing = probing;
    }

    /** The outcome of {@link #find}. */
    public sealed interface Choice {
        /** The interpreter is of the very version asked for. */
        record Exact(String runtime, Path executable) implements Choice {}

        /**
         * Another version stands in, by the fallback policy.
         *
         * @param runtime what will really run, for example {@code python3.11}
         * @param warning one line for the function's StateReason and the log
         */
        record Nearest(String runtime, Path executable, String warning) implements Choice {}

        /** @param message one line that names the supported or found runtimes and the remedy */
        record Unavailable(String message) implements Choice {}
    }

    /**
     * Probes the settings' interpreters, which win, at once, and those found on this host in the background.
     *
     * @param usable whether the isolation in use can show the interpreter to a function
     * @throws IllegalStateException when a setting names no working interpreter of its version
     */
    static RuntimeCatalog probe(
            FunctionSettings settings,
            InterpreterProbe probe,
            Iterable<Path> candidates,
            Predicate<Interpreter> usable) {
        NavigableMap<Integer, Interpreter> byMinor = new TreeMap<>();
        for (Map.Entry<String, Path> setting : settings.runtimes().entrySet()) {
            Interpreter found = probe.ask(setting.getValue())
                    .filter(usable)
                    .filter(answer -> answer.runtime().equals(setting.getKey()))
                    .orElseThrow(() -> new IllegalStateException(
                            "functions.runtimes." + setting.getKey() + ": " + setting.getValue()
                                    + " (expected: an interpreter of that version that functions can use)"));
            byMinor.put(found.minor(), found);
        }
        var probing = new FutureTask<>(() -> {
            for (Path candidate : candidates) {
                probe.ask(candidate)
                        .filter(found -> supported(found.minor()))
                        .filter(usable)
                        .ifPresent(found -> byMinor.putIfAbsent(found.minor(), found));
            }
            return byMinor;
        });
        Thread.ofVirtual().name("sluice-functions-probe").start(probing);
        return new RuntimeCatalog(settings.runtimeFallback(), probing);
    }

    /** The identifiers that {@link #find} may accept, whether installed or not. */
    public static List<String> supported() {
        List<String> names = new ArrayList<>();
        for (int minor = OLDEST_MINOR; minor <= NEWEST_MINOR; minor++) {
            names.add("python3." + minor);
        }
        return List.copyOf(names);
    }

    /** The identifiers of the interpreters found, oldest first. */
    public List<String> installed() {
        return byMinor().values().stream().map(Interpreter::runtime).toList();
    }

    /** What runs functions of {@code runtime} ({@code python3.13}) here. */
    public Choice find(String runtime) {
        Matcher matcher = PYTHON.matcher(runtime);
        if (!matcher.matches() || !supported(Integer.parseInt(matcher.group(1)))) {
            return new Choice.Unavailable("runtime " + runtime + " is not supported (expected: one of "
                    + String.join(", ", supported()) + ")");
        }
        int minor = Integer.parseInt(matcher.group(1));
        Interpreter exact = byMinor().get(minor);
        if (exact != null) {
            return new Choice.Exact(runtime, exact.executable());
        }
        String missing = "runtime " + runtime + " is not installed on this host (found: " + found() + ")";
        String remedy = "Install it, or set functions.runtimes." + runtime + "=PATH";
        Optional<Interpreter> nearest = nearest(minor);
        if (fallback == FunctionSettings.RuntimeFallback.REFUSE || nearest.isEmpty()) {
            return new Choice.Unavailable(missing + ". " + remedy
                    + (nearest.isEmpty() ? "." : ", or allow functions.runtimeFallback=nearest."));
        }
        return new Choice.Nearest(
                nearest.get().runtime(),
                nearest.get().executable(),
                missing + "; " + nearest.get().runtime() + " runs it instead. " + remedy + ".");
    }

    Optional<Interpreter> interpreter(String runtime) {
        return switch (find(runtime)) {
            case Choice.Exact exact -> byName(exact.runtime());
            case Choice.Nearest other -> byName(other.runtime());
            case Choice.Unavailable _ -> Optional.empty();
        };
    }

    private Optional<Interpreter> byName(String runtime) {
        return byMinor().values().stream()
                .filter(found -> found.runtime().equals(runtime))
                .findFirst();
    }

    /** Of two equally near the newer: it reads the older one's code more often than the other way round. */
    private Optional<Interpreter> nearest(int minor) {
        return byMinor().values().stream()
                .min(Comparator.<Interpreter>comparingInt(found -> Math.abs(found.minor() - minor))
                        .thenComparing(
                                Comparator.comparingInt(Interpreter::minor).reversed()));
    }

    private String found() {
        return byMinor().isEmpty()
                ? "none"
                : byMinor().values().stream().map(Interpreter::runtime).collect(Collectors.joining(", "));
    }

    private NavigableMap<Integer, Interpreter> byMinor() {
        try {
            return probing.get();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException("interrupted while probing interpreters", e);
        } catch (ExecutionException e) {
            throw new IllegalStateException("probing interpreters failed", e.getCause());
        }
    }

    private static boolean supported(int minor) {
        return minor >= OLDEST_MINOR && minor <= NEWEST_MINOR;
    }
}
