/*
 * SPDX-FileCopyrightText: The Sluice authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.sluice.server;

import dev.sluice.server.folder.CredentialsFile;
import dev.sluice.server.folder.ServerProbe;
import dev.sluice.server.settings.SettingsException;
import java.io.IOException;
import java.nio.file.Path;
import java.time.InstantSource;
import java.util.Optional;
import tools.jackson.databind.JsonNode;

/** Asks the server that runs on a data folder why it refused a request, and prints what it says. */
final class WhyCommand {
    private final Terminal terminal;
    private final InstantSource clock;

    WhyCommand(Terminal terminal, InstantSource clock) {
        this.terminal = terminal;
        this.clock = clock;
    }

    /**
     * @param json print the server's answer as it is
     * @return the exit code: 1 when no server runs there or it knows no such refusal
     * @throws SettingsException when there is no request id
     */
    int run(Optional<String> operand, Path dataDir, boolean json) throws IOException {
        var text = operand.orElseThrow(() -> new SettingsException("why: no request id (expected: why REQUEST-ID)"));
        var id = RefusalRoutes.requestId(text).orElseThrow(() -> new SettingsException(RefusalRoutes.notAnId(text)));
        var folder = dataDir.toAbsolutePath().normalize();
        var server = ServerProbe.find(folder);
        var profile = CredentialsFile.read(folder);
        if (server.isEmpty()) {
            terminal.problem("no server is running on " + folder);
            return 1;
        }
        if (profile.isEmpty()) {
            terminal.problem(CredentialsFile.in(folder) + ": missing or changed; the next start writes it again");
            return 1;
        }
        var answer = new AdminClient(server.get().admin(), profile.get(), clock)
                .get(RefusalRoutes.SERVICE, RefusalRoutes.REFUSALS + id);
        if (answer.status() != 200) {
            terminal.problem(answer.body().path("message").asString("the server answered " + answer.status()));
            return 1;
        }
        if (json) {
            terminal.line(answer.body().toPrettyString());
        } else {
            print(answer.body());
        }
        return 0;
    }

    private void print(JsonNode why) {
        row(
                "request",
                why.path("requestId").asString() + ", at " + why.path("at").asString());
        row("what", why.path("summary").asString());
        var name = "levels";
        for (var level : why.path("levels")) {
            row(name, level(level));
            name = "";
        }
        if (!why.path("passesAt").isNull()) {
            row("passes", passes(why));
        }
        if (why.has("sharedBy")) {
            row("shared", shared(why.path("sharedBy")));
        }
        row("do", why.path("advice").asString());
    }

    private static String level(JsonNode level) {
        var limit = level.has("limit")
                ? level.path("limit").asString() + " requests a "
                        + level.path("period").asString()
                : level.path("rate").asString() + "/s, burst "
                        + level.path("burst").asString();
        var mark = level.path("refused").asBoolean() ? "   <- this one" : "";
        return "%-11s%s: %s left%s"
                .formatted(
                        level.path("policy").asString(),
                        limit,
                        level.path("remaining").asString(),
                        mark);
    }

    private static String passes(JsonNode why) {
        return why.path("passesAt").asString() + ", " + why.path("waitSeconds").asString()
                + " s later, if nobody else came";
    }

    private static String shared(JsonNode sharing) {
        var text = new StringBuilder(sharing.path("scope").asString())
                .append("; refused in the ")
                .append(sharing.path("withinSeconds").asString())
                .append(" s before: ")
                .append(sharing.path("refusals").asString());
        var separator = ", most of key ";
        for (var key : sharing.path("topKeys")) {
            if (!key.path("apiKeyId").isNull()) {
                text.append(separator)
                        .append(key.path("apiKeyId").asString())
                        .append(" (")
                        .append(key.path("refusals").asString())
                        .append(")");
                separator = ", ";
            }
        }
        return text.toString();
    }

    private void row(String name, String text) {
        terminal.line("%-9s%s".formatted(name, text));
    }
}
