/*
 * SPDX-FileCopyrightText: The Sluice authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.sluice.server;

import dev.sluice.server.folder.CredentialsFile;
import dev.sluice.server.folder.ServerProbe;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Map;

/** Prints {@code export} lines that point the AWS CLI and SDKs at the server that runs on a data folder. */
final class EnvCommand {
    private final Terminal terminal;

    EnvCommand(Terminal terminal) {
        this.terminal = terminal;
    }

    /** @return the exit code: 1 when no server runs there */
    int run(Path dataDir) {
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
        Map<String, String> variables = new LinkedHashMap<>();
        variables.put("AWS_ENDPOINT_URL", server.get().admin().toString());
        variables.put("AWS_ACCESS_KEY_ID", profile.get().key().accessKeyId());
        variables.put("AWS_SECRET_ACCESS_KEY", profile.get().key().secretAccessKey());
        variables.put("AWS_REGION", profile.get().region());
        variables.put("AWS_DEFAULT_REGION", profile.get().region());
        variables.put("AWS_SHARED_CREDENTIALS_FILE", CredentialsFile.in(folder).toString());
        variables.put("SLUICE_HTTP_URL", server.get().http().toString());
        variables.put("SLUICE_HTTPS_URL", server.get().https().toString());
        variables.forEach((name, value) -> terminal.line("export " + name + "=" + quoted(value)));
        return 0;
    }

    private static String quoted(String value) {
        return "'" + value.replace("'", "'\\''") + "'";
    }
}
