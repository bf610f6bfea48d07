/*
 * SPDX-FileCopyrightText: The Sluice authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.sluice.gateway.filter;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.gateway.IpAddress;
import dev.sluice.gateway.Network;
import dev.sluice.gateway.http.FieldLines;
import dev.sluice.gateway.http.FieldLinesBuilder;
import dev.sluice.gateway.http.RequestHead.Connection;
import dev.sluice.limits.SourceTable;
import java.net.InetAddress;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class ClientAddressTest {
    private static final String PROXY = "10.0.0.1";
    private static final ClientAddress TRUSTING =
            new ClientAddress(List.of(Network.parse("10.0.0.0/8"), Network.parse("fd00::/8")));

    @ParameterizedTest
    @CsvSource(delimiter = '|', nullValues = "none", textBlock = """
            none                                  | 10.0.0.1
            203.0.113.9                           | 203.0.113.9
            6.6.6.6, 203.0.113.9                  | 203.0.113.9
            203.0.113.9, 10.9.9.9                 | 203.0.113.9
            6.6.6.6, 203.0.113.9,10.2.2.2 , 10.3.3.3 | 203.0.113.9
            10.4.4.4, 10.5.5.5                    | 10.4.4.4
            203.0.113.9:5501                      | 203.0.113.9
            2001:DB8:0::7                         | 2001:db8::7
            [2001:db8::7]                         | 2001:db8::7
            [2001:db8::7]:443                     | 2001:db8::7
            [fd00::1]:443, 10.0.0.7               | fd00::1
            203.0.113.9, fd00::2                  | 203.0.113.9
            ::ffff:203.0.113.9                    | 203.0.113.9
            203.0.113.9, ::ffff:10.0.0.9          | 203.0.113.9
            """)
    void takesTheLastAddressThatIsNoTrustedProxy(@Nullable String forwarded, String client) {
        assertThat(behind(PROXY, forwarded).sourceIp()).isEqualTo(client);
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', quoteCharacter = '`', textBlock = """
            garbage                        | 10.0.0.1
            6.6.6.6, garbage               | 10.0.0.1
            6.6.6.6, garbage, 10.7.7.7     | 10.7.7.7
            6.6.6.6,                       | 10.0.0.1
            ,                              | 10.0.0.1
            6.6.6.6, , 10.7.7.7            | 10.7.7.7
            "6.6.6.6"                      | 10.0.0.1
            for=6.6.6.6                    | 10.0.0.1
            unknown                        | 10.0.0.1
            _hidden                        | 10.0.0.1
            6.6.6.6:                       | 10.0.0.1
            6.6.6.6:0                      | 10.0.0.1
            6.6.6.6:65536                  | 10.0.0.1
            6.6.6.6:1:2                    | 10.0.0.1
            6.6.6.6.6                      | 10.0.0.1
            06.6.6.6                       | 10.0.0.1
            6.6                            | 10.0.0.1
            101058054                      | 10.0.0.1
            0x06060606                     | 10.0.0.1
            [6.6.6.6]                      | 10.0.0.1
            [::1                           | 10.0.0.1
            [::1]5                         | 10.0.0.1
            []:5                           | 10.0.0.1
            ::1%lo                         | 10.0.0.1
            6.6.6.6;10.0.0.1               | 10.0.0.1
            6.6.6.6 10.0.0.1               | 10.0.0.1
            localhost                      | 10.0.0.1
            10.0.0.0/8                     | 10.0.0.1
            """)
    void garbageEndsTheReading(String forwarded, String client) {
        assertThat(behind(PROXY, forwarded).sourceIp()).isEqualTo(client);
    }

    @Test
    void linesAreReadAsOneList() {
        assertThat(behind(PROXY, "6.6.6.6", "203.0.113.9", "10.1.1.1, 10.2.2.2").sourceIp())
                .isEqualTo("203.0.113.9");
        assertThat(behind(PROXY, "203.0.113.9", "").sourceIp()).isEqualTo(PROXY);
    }

    @Test
    void aPeerThatIsNoTrustedProxyTellsNothing() {
        Connection peer = connected("203.0.113.5", TRUSTING);
        Connection seen = TRUSTING.behind(
                peer, fields("X-Forwarded-For", "6.6.6.6", "X-Forwarded-Proto", "https", "X-Forwarded-Port", "443"));
        assertThat(seen).isSameAs(peer);
        assertThat(seen.sourceIp()).isEqualTo("203.0.113.5");
    }

    @Test
    void withoutTrustedProxiesNobodyTellsAnything() {
        ClientAddress trustingNobody = new ClientAddress(List.of());
        for (String address : List.of("127.0.0.1", "::1", PROXY)) {
            Connection peer = connected(address, trustingNobody);
            assertThat(trustingNobody.behind(peer, fields("X-Forwarded-For", "6.6.6.6")))
                    .isSameAs(peer);
        }
    }

    @Test
    void onlyTheTrustedHeaderCounts() {
        Connection seen = TRUSTING.behind(
                connected(PROXY, TRUSTING),
                fields("Forwarded", "for=6.6.6.6", "X_Forwarded_For", "6.6.6.6", "X-Real-IP", "6.6.6.6"));
        assertThat(seen.sourceIp()).isEqualTo(PROXY);
    }

    @Test
    void theSourceIsThatOfTheAddress() throws Exception {
        assertThat(behind(PROXY, "203.0.113.9").source())
                .isEqualTo(SourceTable.sourceOf(
                        InetAddress.getByName("203.0.113.9").getAddress()));
        assertThat(behind(PROXY, "2001:db8::1").source())
                .isEqualTo(behind(PROXY, "2001:db8::ffff:2").source())
                .isNotEqualTo(behind(PROXY, "2001:db8:0:1::1").source());
        assertThat(behind(PROXY, "::ffff:203.0.113.9").source())
                .isEqualTo(behind(PROXY, "203.0.113.9").source());
    }

    @Test
    void thePeerStaysThePeer() {
        assertThat(behind(PROXY, "203.0.113.9").peerIp()).isEqualTo(PROXY);
    }

    @ParameterizedTest
    @CsvSource(nullValues = "none", textBlock = """
            none,        none,  http,  8080
            https,       none,  https, 443
            http,        none,  http,  80
            https,       8443,  https, 8443
            none,        81,    http,  81
            HTTPS,       443,   https, 443
            wss,         443,   http,  443
            https,       0,     https, 443
            https,       x,     https, 443
            https,       70000, https, 443
            'http,https', '80, 444', https, 444
            '',          '',    http,  8080
            """)
    void aTrustedProxyTellsSchemeAndPort(@Nullable String proto, @Nullable String port, String scheme, int localPort) {
        List<String> told = new ArrayList<>();
        if (proto != null) {
            told.addAll(List.of("X-Forwarded-Proto", proto));
        }
        if (port != null) {
            told.addAll(List.of("X-Forwarded-Port", port));
        }
        Connection seen = TRUSTING.behind(connected(PROXY, TRUSTING), fields(told.toArray(String[]::new)));
        assertThat(seen.scheme()).isEqualTo(scheme);
        assertThat(seen.localPort()).isEqualTo(localPort);
    }

    @Test
    void whateverIsSentTheClientIsOneThatAProxyWroteInTheRightPlace() {
        Random random = new Random(20261123);
        String[] pieces = {"10.0.0.2", "6.6.6.6", "x", "", "[::1]:1", "fd00::9", " ", "1.2.3.4:5", "::1%1", "\u00e9"};
        for (int i = 0; i < 20_000; i++) {
            List<String> elements = new ArrayList<>();
            for (int n = random.nextInt(6); n >= 0; n--) {
                elements.add(pieces[random.nextInt(pieces.length)]);
            }
            elements.add("203.0.113.77");
            for (int n = random.nextInt(3); n > 0; n--) {
                elements.add("10.0.0." + n);
            }
            assertThat(behind(PROXY, String.join(",", elements)).sourceIp()).isEqualTo("203.0.113.77");
        }
    }

    @Test
    void anUnknownPeerIsNobody() {
        assertThat(TRUSTING.connected(null, 80, "http")).isEqualTo(new Connection("", 0, 80, "http", "", false));
    }

    private static Connection behind(String peer, @Nullable String... forwarded) {
        List<String> told = new ArrayList<>();
        for (String line : forwarded) {
            if (line != null) {
                told.addAll(List.of("x-forwarded-for", line));
            }
        }
        return TRUSTING.behind(connected(peer, TRUSTING), fields(told.toArray(String[]::new)));
    }

    private static Connection connected(String peer, ClientAddress clients) {
        try {
            byte[] bytes = IpAddress.parse(peer).orElseThrow().bytes();
            return clients.connected(InetAddress.getByAddress(bytes), 8080, "http");
        } catch (java.net.UnknownHostException e) {
            throw new AssertionError(e);
        }
    }

    private static FieldLines fields(String... namesAndValues) {
        FieldLinesBuilder lines = FieldLines.builder();
        for (int i = 0; i < namesAndValues.length; i += 2) {
            lines.add(namesAndValues[i], namesAndValues[i + 1]);
        }
        return lines.build();
    }
}
