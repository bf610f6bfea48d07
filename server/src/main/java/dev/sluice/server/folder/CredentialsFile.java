/*
 * SPDX-FileCopyrightText: The Sluice authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.sluice.server.folder;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;

/** {@code DIR/credentials}, in the AWS shared-credentials format with one profile, for the AWS CLI and SDKs. */
public final class CredentialsFile {
    private static final String NAME = "credentials";

    private CredentialsFile() {}

    /** What clients need to sign. */
    public record Profile(AdministratorKey key, String region) {}

    public static Path in(Path dataDir) {
        return dataDir.resolve(NAME);
    }

    /** Writes the file, readable by its owner alone, unless it already says exactly this. */
    public static void write(Path dataDir, Profile profile) throws IOException {
        var text = """
                [default]
                aws_access_key_id = %s
                aws_secret_access_key = %s
                region = %s
                """.formatted(profile.key().accessKeyId(), profile.key().secretAccessKey(), profile.region());
        var file = in(dataDir);
        if (Files.notExists(file) || !Files.readString(file).equals(text)) {
            WholeFile.write(file, text, "rw-------");
        }
    }

    /** Empty when there is no such file or it is not as {@link #write} makes it. */
    public static Optional<Profile> read(Path dataDir) {
        Map<String, String> values = new HashMap<>();
        try {
            for (var line : Files.readAllLines(in(dataDir))) {
                var parts = line.split("=", 2);
                if (parts.length == 2) {
                    values.put(parts[0].strip(), parts[1].strip());
                }
            }
            return Optional.of(new Profile(
                    new AdministratorKey(
                            values.getOrDefault("aws_access_key_id", ""),
                            values.getOrDefault("aws_secret_access_key", "")),
                    values.getOrDefault("region", "")));
        } catch (IOException | IllegalArgumentException unusable) {
            return Optional.empty();
        }
    }
}
