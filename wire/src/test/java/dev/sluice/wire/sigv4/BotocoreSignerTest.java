/*
 * SPDX-FileCopyrightText: The Sluice authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.sluice.wire.sigv4;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.wire.Authentication;
import dev.sluice.wire.Caller;
import dev.sluice.wire.Header;
import dev.sluice.wire.Program;
import dev.sluice.wire.WireRequest;
import java.nio.charset.StandardCharsets;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;

/** What botocore signs, with its own signer, is accepted. */
class BotocoreSignerTest {
    private static final Credential EXAMPLE = new Credential(
            new Caller("123456789012", "AKIDEXAMPLE", "arn:aws:iam::123456789012:user/example", "AIDAEXAMPLE"),
            "wJalrXUtnFEMI/K7MDENG+bPxRfiCYEXAMPLEKEY",
            null);

    @Test
    void acceptsWhatBotocoreSigns() {
        SigV4Authenticator authenticator =
                new SigV4Authenticator(unused -> Optional.of(EXAMPLE), InstantSource.system(), "us-east-1");
        List<String> lines = Program.python("/dev/sluice/wire/sign.py").lines().toList();
        assertThat(lines).hasSize(12);
        for (String line : lines) {
            assertThat(authenticator.authenticate(request(line.split("\t", -1))))
                    .as(line)
                    .isInstanceOf(Authentication.Verified.class);
        }
    }

    private static WireRequest request(String[] fields) {
        List<Header> headers = new ArrayList<>();
        for (String header : fields[4].split("\u001f")) {
            int colon = header.indexOf(": ");
            headers.add(new Header(header.substring(0, colon), header.substring(colon + 2)));
        }
        byte[] body = fields[3].getBytes(StandardCharsets.UTF_8);
        return new WireRequest(
                fields[0], fields[1], fields[2].isEmpty() ? null : fields[2], headers, body, "127.0.0.1");
    }
}
