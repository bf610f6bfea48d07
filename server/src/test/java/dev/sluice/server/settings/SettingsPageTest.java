/*
 * SPDX-FileCopyrightText: The Sluice authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.sluice.server.settings;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;

class SettingsPageTest {
    private static final Path PAGE = Path.of("../docs/settings.md");

    /** After a change of the table: {@code mvn test -Dtest=SettingsPageTest -Dsettings.page=write}, see the README. */
    @Test
    void thePageIsMadeFromTheTable() throws IOException {
        if ("write".equals(System.getProperty("settings.page"))) {
            Files.writeString(PAGE, SettingsPage.text());
        }
        assertThat(PAGE).hasContent(SettingsPage.text());
    }
}
