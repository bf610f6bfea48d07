/*
 * SPDX-FileCopyrightText: The Sluice authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.sluice.tests;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The recipe's own commands through the stock AWS CLI, curl and ApacheBench. */
class RecipeScriptTest {
    @Test
    void everyStepOfTheRecipePasses(@TempDir Path folder) {
        try (RunningServer server = RunningServer.start(folder.resolve("data"))) {
            String script = Project.root().resolve("recipe").resolve("run.sh").toString();
            Project.Output run = Project.run(folder, server.environment(), script);
            assertThat(run.output()).as(run.errors() + server.log()).doesNotContain("FAIL");
            assertThat(run.output()).containsPattern("recipe: (\\d+) of \\1 steps passed");
            assertThat(run.status()).isZero();
            assertThat(server.stop()).isZero();
        }
    }
}
