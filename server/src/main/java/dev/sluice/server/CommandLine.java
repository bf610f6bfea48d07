/*
 * SPDX-FileCopyrightText: The Sluice authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.sluice.server;

import dev.sluice.server.settings.SettingsException;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * Arguments taken apart: {@code COMMAND (--option VALUE | --option=VALUE | --switch | OPERAND)...}.
 *
 * @param operand what is no option, empty where there is none; only some commands take one
 * @param options by name with the dashes, in the order given; a switch has an empty value
 */
record CommandLine(String command, Optional<String> operand, Map<String, String> options) {
    private static final Set<String> SWITCHES = Set.of("--exit", "--json");
    private static final Set<String> WITH_OPERAND = Set.of("why");

    /** @throws SettingsException for what is not an option, has no value or is given twice */
    static CommandLine of(List<String> arguments) {
        var command = arguments.isEmpty() ? "help" : arguments.getFirst();
        var operand = Optional.<String>empty();
        var options = new LinkedHashMap<String, String>();
        for (var i = 1; i < arguments.size(); i++) {
            var argument = arguments.get(i);
            if (!argument.startsWith("--") && operand.isEmpty() && WITH_OPERAND.contains(command)) {
                operand = Optional.of(argument);
                continue;
            }
            if (!argument.startsWith("--")) {
                throw new SettingsException(argument + ": not an option (expected: --name VALUE)");
            }
            var equals = argument.indexOf('=');
            var name = equals < 0 ? argument : argument.substring(0, equals);
            if (equals < 0 && !SWITCHES.contains(name) && ++i == arguments.size()) {
                throw new SettingsException(name + ": no value (expected: " + name + " VALUE)");
            }
            var value = equals >= 0 ? argument.substring(equals + 1) : SWITCHES.contains(name) ? "" : arguments.get(i);
            if (options.put(name, value) != null) {
                throw new SettingsException(name + ": given twice (expected: once)");
            }
        }
        return new CommandLine(command, operand, options);
    }

    /** Takes an option out, so that what remains are settings. */
    Optional<String> take(String name) {
        return Optional.ofNullable(options.remove(name));
    }
}
