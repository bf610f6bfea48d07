/*
 * SPDX-FileCopyrightText: The Sluice authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.sluice.functions;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

final class RuntimeCatalogTest {
    @TempDir
    Path folder;

    private final Spawner spawner = new Spawner();
    private final InterpreterProbe probe = new InterpreterProbe(spawner);
    private final Path python = anyPython();

    @AfterEach
    void close() {
        spawner.close();
    }

    @Test
    void findsTheExactVersion() {
        RuntimeCatalog catalog = catalog(FunctionSettings.defaults(), python);
        String installed = catalog.installed().getFirst();
        assertThat(catalog.find(installed)).isInstanceOfSatisfying(RuntimeCatalog.Choice.Exact.class, exact -> {
            assertThat(exact.runtime()).isEqualTo(installed);
            assertThat(exact.executable()).isExecutable();
        });
    }

    @Test
    void anotherVersionStandsInWithAWarning() {
        RuntimeCatalog catalog = catalog(FunctionSettings.defaults(), python);
        String installed = catalog.installed().getFirst();
        String other = installed.equals("python3.14") ? "python3.9" : "python3.14";
        assertThat(catalog.find(other)).isInstanceOfSatisfying(RuntimeCatalog.Choice.Nearest.class, nearest -> {
            assertThat(nearest.runtime()).isEqualTo(installed);
            assertThat(nearest.warning()).contains(other + " is not installed", "found: " + installed);
        });
    }

    @Test
    void orTheFunctionIsRefusedNamingTheRemedy() {
        FunctionSettings settings = FunctionSettings.builder()
                .runtimeFallback(FunctionSettings.RuntimeFallback.REFUSE)
                .build();
        RuntimeCatalog catalog = catalog(settings, python);
        String other = catalog.installed().getFirst().equals("python3.14") ? "python3.9" : "python3.14";
        assertThat(catalog.find(other))
                .isEqualTo(new RuntimeCatalog.Choice.Unavailable("runtime " + other
                        + " is not installed on this host (found: "
                        + catalog.installed().getFirst()
                        + "). Install it, or set functions.runtimes." + other
                        + "=PATH, or allow functions.runtimeFallback=nearest."));
    }

    @Test
    void anUnknownRuntimeIsRefusedNamingTheSupported() {
        RuntimeCatalog catalog = catalog(FunctionSettings.defaults(), python);
        for (String runtime : List.of("nodejs22.x", "python2.7", "python3.99", "python3", "")) {
            assertThat(catalog.find(runtime))
                    .isInstanceOfSatisfying(
                            RuntimeCatalog.Choice.Unavailable.class,
                            unavailable ->
                                    assertThat(unavailable.message()).contains("is not supported", "python3.13"));
        }
    }

    @Test
    void aShimOnThePathIsNoCandidate() throws IOException {
        Path shim = Files.writeString(folder.resolve("python3.13"), "#!/bin/sh\nexit 127\n");
        Files.setPosixFilePermissions(shim, PosixFilePermissions.fromString("rwxr-xr-x"));
        assertThat(InterpreterProbe.candidates(folder.toString(), folder)).doesNotContain(shim);
    }

    @Test
    void aVersionManagersFolderIsSearched() throws IOException {
        Path bin = Files.createDirectories(folder.resolve(".pyenv/versions/3.0/bin"));
        Files.createSymbolicLink(bin.resolve("python3"), python);
        assertThat(InterpreterProbe.candidates("", folder)).contains(python.toRealPath());
    }

    @Test
    void aSettingThatNamesNoSuchInterpreterIsAnError() {
        FunctionSettings settings = FunctionSettings.builder()
                .runtimes(Map.of("python3.13", Path.of("/bin/false")))
                .build();
        assertThatThrownBy(() -> catalog(settings, python))
                .isInstanceOf(IllegalStateException.class)
                .hasMessageContaining("functions.runtimes.python3.13: /bin/false");
    }

    private RuntimeCatalog catalog(FunctionSettings settings, Path candidate) {
        return RuntimeCatalog.probe(settings, probe, List.of(candidate), interpreter -> true);
    }

    private static Path anyPython() {
        return InterpreterProbe.candidates(System.getenv("PATH"), Path.of(System.getProperty("user.home"))).stream()
                .filter(path -> path.getFileName().toString().matches("python3\\.(8|9|1[0-4])"))
                .findFirst()
                .orElseThrow();
    }
}
