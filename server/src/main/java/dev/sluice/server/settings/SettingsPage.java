/*
 * SPDX-FileCopyrightText: The Sluice authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.sluice.server.settings;

import dev.sluice.server.settings.Setting.Source;
import java.util.Locale;

/** The text of {@code docs/settings.md}, made from {@link SettingsTable}; a test keeps the file equal to it. */
final class SettingsPage {
    private static final String HEAD = """
            # Settings

            Made from `SettingsTable`; a test keeps this page equal to it.

            A setting comes from the file named by `--config`, else from `sluice.yaml` in the current folder if there is one; then from
            the environment; then from the command line. The later wins. A setting that is unknown, cannot be used, is given twice or
            would have no effect stops the start with one line that names it.

            ```yaml
            region: eu-central-1
            http:
              port: 8080
            functions:
              runtimeFallback: refuse
              runtimes:
                python3.13: /opt/python3.13/bin/python3
            ```

            | setting | default | accepts | environment | option |
            | --- | --- | --- | --- | --- |
            """;

    private SettingsPage() {}

    static String text() {
        var page = new StringBuilder(HEAD);
        for (var setting : SettingsTable.ALL) {
            var name = setting.isFamily() ? "NAME" : "";
            var flag = setting.source() == Source.ENVIRONMENT_ONLY
                    ? "none"
                    : '`' + setting.flag() + name.toLowerCase(Locale.ROOT) + '`';
            page.append("| `%s` | %s | %s | `%s` | %s |%n"
                    .formatted(
                            setting.key(),
                            setting.defaultText() == null ? "none" : '`' + setting.defaultText() + '`',
                            setting.expected(),
                            setting.environmentName() + name,
                            flag));
        }
        page.append("\n## What they mean\n");
        SettingsTable.ALL.forEach(setting -> page.append("* `%s`: %s%n".formatted(setting.key(), setting.meaning())));
        return page.toString();
    }
}
