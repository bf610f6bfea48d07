/**
 * Reads, checks and documents what an operator can set. Read {@link dev.sluice.server.settings.Settings} first, then
 * {@link dev.sluice.server.settings.SettingsTable} (every setting, once) and {@link dev.sluice.server.settings.SettingsReader}.
 * Everything here is immutable or confined to the thread that starts the server.
 */
@NullMarked
package dev.sluice.server.settings;

import org.jspecify.annotations.NullMarked;
