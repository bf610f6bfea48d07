/*
 * SPDX-FileCopyrightText: The Sluice authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.sluice.server;

import java.security.SecureRandom;
import java.util.HexFormat;

/**
 * Which server this is, for {@code server.json} and {@code /health}.
 *
 * @param instance a random word, new in every process
 */
record Identity(long pid, String version, String instance) {
    private static final int INSTANCE_BYTES = 16;

    static Identity ofThisProcess() {
        var word = new byte[INSTANCE_BYTES];
        new SecureRandom().nextBytes(word);
        return new Identity(
                ProcessHandle.current().pid(), Version.CURRENT, HexFormat.of().formatHex(word));
    }
}
