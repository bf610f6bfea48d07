/*
 * SPDX-FileCopyrightText: The Sluice authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.sluice.control.sts;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.control.Services;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class CallerOperationsTest {
    @Test
    void tellsTheCallerWhoItIs(@TempDir Path folder) {
        try (Services services = new Services(folder)) {
            Services.Answer answer = services.query("sts", "2011-06-15", "GetCallerIdentity");

            assertThat(answer.status()).isEqualTo(200);
            assertThat(answer.text())
                    .contains(
                            "<Account>123456789012</Account>",
                            "<Arn>arn:aws:iam::123456789012:user/administrator</Arn>",
                            "<UserId>AIDA2</UserId>");
        }
    }
}
