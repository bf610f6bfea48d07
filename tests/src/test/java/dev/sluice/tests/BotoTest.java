/*
 * SPDX-FileCopyrightText: The Sluice authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.sluice.tests;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.Objects;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The recipe's flow through boto3; on a machine without boto3 there is nothing to run. */
class BotoTest {
    @Test
    void theRecipeRunsThroughBoto3(@TempDir Path folder) throws IOException {
        if (Project.run(folder, Map.of(), "python3", "-c", "import boto3").status() != 0) {
            return;
        }
        Path script = folder.resolve("recipe.py");
        try (InputStream source = Objects.requireNonNull(BotoTest.class.getResourceAsStream("recipe.py"))) {
            Files.copy(source, script);
        }
        try (RunningServer server = RunningServer.start(folder.resolve("data"))) {
            Project.Output run = Project.run(folder, server.environment(), "python3", script.toString());
            assertThat(run.status())
                    .as(run.output() + run.errors() + server.log())
                    .isZero();
            assertThat(run.output()).contains("recipe done");
        }
    }
}
