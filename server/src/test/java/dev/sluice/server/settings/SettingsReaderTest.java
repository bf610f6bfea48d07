/*
 * SPDX-FileCopyrightText: The Sluice authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.sluice.server.settings;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.sluice.gateway.GatewaySettings.RateLimitHeaders;
import dev.sluice.gateway.GatewaySettings.ThrottleBody;
import dev.sluice.gateway.GatewaySettings.TlsProvider;
import dev.sluice.gateway.GatewaySettings.TransportKind;
import dev.sluice.gateway.Network;
import dev.sluice.server.settings.Settings.AfterCrash;
import dev.sluice.server.settings.Settings.HeadersOn;
import dev.sluice.server.settings.Settings.Isolation;
import dev.sluice.server.settings.Settings.Listener;
import dev.sluice.server.settings.Settings.RuntimeFallback;
import java.io.IOException;
import java.math.BigDecimal;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Arrays;
import java.util.Base64;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.function.Function;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.FieldSource;
import org.junit.jupiter.params.provider.MethodSource;

class SettingsReaderTest {
    @TempDir
    private Path folder;

    @Test
    void everySettingHasItsDefault() {
        assertThat(read(Map.of(), Map.of()))
                .isEqualTo(new Settings(
                        "123456789012",
                        "us-east-1",
                        false,
                        Path.of("./data"),
                        Optional.empty(),
                        new Listener("127.0.0.1", 4566),
                        new Listener("0.0.0.0", 8080),
                        new Listener("0.0.0.0", 8443),
                        new Settings.Tls(
                                TlsProvider.AUTO, Optional.empty(), Duration.ofHours(12), Duration.ofSeconds(10)),
                        new Settings.Gateway(
                                TransportKind.AUTO,
                                Duration.ofSeconds(30),
                                RateLimitHeaders.STANDARD,
                                HeadersOn.REFUSALS,
                                ThrottleBody.AWS,
                                1_000_000,
                                BigDecimal.ZERO,
                                20,
                                524_288,
                                List.of(),
                                Duration.ofSeconds(29)),
                        new Settings.Connections(240, 65_536, 8_192, Optional.empty()),
                        new Settings.AccessLog(100, 5, 4096),
                        new Settings.Limits(AfterCrash.EXACT, BigDecimal.valueOf(10_000), 5_000),
                        new Settings.Functions(Isolation.AUTO, false, RuntimeFallback.NEAREST, Map.of(), 100)));
    }

    /** Key, text, and what the record then holds. */
    static Stream<Arguments> eachSetting() {
        return Stream.of(
                setting("account", "000000000001", Settings::account, "000000000001"),
                setting("region", "eu-central-1", Settings::region, "eu-central-1"),
                setting("strictAws", "true", Settings::strictAws, true),
                setting("dataDir", "/var/lib/sluice", Settings::dataDir, Path.of("/var/lib/sluice")),
                setting("admin.host", "::1", s -> s.admin().host(), "::1"),
                setting("admin.port", "1", s -> s.admin().port(), 1),
                setting("http.host", "localhost", s -> s.http().host(), "localhost"),
                setting("http.port", "0", s -> s.http().port(), 0),
                setting("https.host", "10.0.0.1", s -> s.https().host(), "10.0.0.1"),
                setting("https.port", "65535", s -> s.https().port(), 65_535),
                setting("https.provider", "boringssl", s -> s.tls().provider(), TlsProvider.BORINGSSL),
                setting(
                        "https.certificates",
                        "/etc/tls",
                        s -> s.tls().certificates(),
                        Optional.of(Path.of("/etc/tls"))),
                setting("https.ticketKeyHours", "72", s -> s.tls().ticketKeyPeriod(), Duration.ofHours(72)),
                setting("https.reloadSeconds", "1", s -> s.tls().reload(), Duration.ofSeconds(1)),
                setting("gateway.transport", "io_uring", s -> s.gateway().transport(), TransportKind.IO_URING),
                setting("gateway.drainSeconds", "5", s -> s.gateway().drain(), Duration.ofSeconds(5)),
                setting(
                        "gateway.rateLimitHeaders",
                        "legacy",
                        s -> s.gateway().rateLimitHeaders(),
                        RateLimitHeaders.LEGACY),
                setting("gateway.rateLimitHeadersOn", "all", s -> s.gateway().rateLimitHeadersOn(), HeadersOn.ALL),
                setting("gateway.throttleBody", "problem", s -> s.gateway().throttleBody(), ThrottleBody.PROBLEM),
                setting("gateway.explainRefusals", "0", s -> s.gateway().explainRefusals(), 0),
                setting("gateway.unknownKeyRate", "0.125", s -> s.gateway().unknownKeyRate(), new BigDecimal("0.125")),
                setting("gateway.unknownKeyBurst", "9", s -> s.gateway().unknownKeyBurst(), 9L),
                setting("gateway.sourceTableSize", "4", s -> s.gateway().sourceTableSize(), 4),
                setting(
                        "gateway.trustedProxies",
                        "10.0.0.0/8, ::1",
                        s -> s.gateway().trustedProxies(),
                        List.of(Network.parse("10.0.0.0/8"), Network.parse("::1/128"))),
                setting(
                        "gateway.maxIntegrationSeconds",
                        "300",
                        s -> s.gateway().maxIntegration(),
                        Duration.ofMinutes(5)),
                setting(
                        "gateway.minBodyBytesPerSecond",
                        "0",
                        s -> s.connections().minBodyBytesPerSecond(),
                        0L),
                setting("gateway.maxConnections", "1", s -> s.connections().most(), 1),
                setting(
                        "gateway.maxUpstreamConnections",
                        "2",
                        s -> s.connections().mostUpstream(),
                        2),
                setting(
                        "gateway.maxGatheredBytes",
                        "25165824",
                        s -> s.connections().maxGatheredBytes(),
                        Optional.of(25_165_824L)),
                setting("accessLog.maxFileMegabytes", "1", s -> s.accessLog().maxFileMegabytes(), 1),
                setting("accessLog.keepFiles", "0", s -> s.accessLog().keepFiles(), 0),
                setting("accessLog.bufferKilobytes", "64", s -> s.accessLog().bufferKilobytes(), 64),
                setting("limits.afterCrash", "full", s -> s.limits().afterCrash(), AfterCrash.FULL),
                setting("limits.accountRate", "0.5", s -> s.limits().accountRate(), new BigDecimal("0.5")),
                setting("limits.accountBurst", "7", s -> s.limits().accountBurst(), 7L),
                setting("functions.isolation", "process", s -> s.functions().isolation(), Isolation.PROCESS),
                setting("functions.allowUnsandboxed", "true", s -> s.functions().allowUnsandboxed(), true),
                setting(
                        "functions.runtimeFallback",
                        "refuse",
                        s -> s.functions().runtimeFallback(),
                        RuntimeFallback.REFUSE),
                setting(
                        "functions.runtimes.python3.13",
                        "/opt/python",
                        s -> s.functions().runtimes(),
                        Map.of("python3.13", Path.of("/opt/python"))),
                setting("functions.maxEnvironments", "3", s -> s.functions().maxEnvironments(), 3));
    }

    private static Arguments setting(String key, String text, Function<Settings, Object> value, Object expected) {
        return Arguments.of(key, text, value, expected);
    }

    @ParameterizedTest
    @MethodSource("eachSetting")
    void isReadFromFileEnvironmentAndFlag(String key, String text, Function<Settings, Object> value, Object expected)
            throws IOException {
        var parts = Arrays.asList(key.split("\\.", key.startsWith("functions.runtimes.") ? 3 : 2));
        var yaml = new StringBuilder();
        for (var i = 0; i < parts.size(); i++) {
            yaml.append("  ".repeat(i)).append(parts.get(i)).append(i == parts.size() - 1 ? ": " + text : ":\n");
        }
        Files.writeString(folder.resolve("sluice.yaml"), yaml);
        assertThat(value.apply(read(Map.of(), Map.of()))).isEqualTo(expected);
        Files.delete(folder.resolve("sluice.yaml"));

        var words = key.replaceAll("([a-z])([A-Z])", "$1.$2").split("\\.");
        var variable = "SLUICE_" + String.join("_", words).toUpperCase(Locale.ROOT);
        assertThat(value.apply(read(Map.of(variable, text), Map.of()))).isEqualTo(expected);

        var flag = "--" + String.join("-", words).toLowerCase(Locale.ROOT).replace("python3-13", "python3.13");
        assertThat(value.apply(read(Map.of(), Map.of(flag, text)))).isEqualTo(expected);
    }

    @Test
    void theTestAboveKnowsEverySetting() {
        var known = eachSetting().map(arguments -> (String) arguments.get()[0]).toList();
        assertThat(SettingsTable.ALL)
                .filteredOn(setting -> setting != SettingsTable.MASTER_KEY)
                .allMatch(setting -> known.stream().anyMatch(setting::matches));
    }

    @Test
    void theLaterSourceWins() throws IOException {
        Files.writeString(folder.resolve("sluice.yaml"), "http:\n  port: 1\nadmin: {port: 2}\nhttps.port: 3\n");
        var settings =
                read(Map.of("SLUICE_ADMIN_PORT", "20", "SLUICE_HTTPS_PORT", "30"), Map.of("--https-port", "300"));
        assertThat(settings.http().port()).isEqualTo(1);
        assertThat(settings.admin().port()).isEqualTo(20);
        assertThat(settings.https().port()).isEqualTo(300);
    }

    @Test
    void hostSetsBothListenersOfTheDataPlane() {
        var settings = read(Map.of(), Map.of("--host", "127.0.0.1"));
        assertThat(settings.http().host()).isEqualTo("127.0.0.1");
        assertThat(settings.https().host()).isEqualTo("127.0.0.1");
        assertThat(settings.admin().host()).isEqualTo("127.0.0.1");
        var both = new LinkedHashMap<String, String>();
        both.put("--host", "127.0.0.1");
        both.put("--http-host", "127.0.0.2");
        assertThatThrownBy(() -> read(Map.of(), both)).hasMessageContaining("--http-host");
    }

    @Test
    void ignoresWhatEnvPrintsForClientsAndOtherVariables() {
        var environment = Map.of("SLUICE_HTTP_URL", "x", "SLUICE_HTTPS_URL", "x", "SLUICE_JAVA_OPTS", "x", "PATH", "x");
        assertThat(read(environment, Map.of())).isEqualTo(read(Map.of(), Map.of()));
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
            --gateway-rate-limit-headers    | legacy  | --strict-aws                 | true | strictAws=true
            --gateway-rate-limit-headers    | none    | --strict-aws                 | true | strictAws=true
            --gateway-rate-limit-headers-on | all     | --strict-aws                 | true | strictAws=true
            --gateway-throttle-body         | problem | --strict-aws                 | true | strictAws=true
            --gateway-rate-limit-headers-on | all     | --gateway-rate-limit-headers | none | gateway.rateLimitHeaders=none
            """)
    void refusesWhatWouldHaveNoEffect(String flag, String text, String other, String otherText, String named) {
        assertThatThrownBy(() -> read(Map.of(), Map.of(flag, text, other, otherText)))
                .isInstanceOf(SettingsException.class)
                .hasMessageContaining(": has no effect in " + flag + " with " + named)
                .hasMessageEndingWith("(expected: one of the two left out)");
    }

    @Test
    void takesAMasterKeyOnlyFromTheEnvironmentAndNeverShowsIt() throws IOException {
        var key = new byte[32];
        key[31] = 1;
        for (var text : new String[] {"0".repeat(63) + "1", Base64.getEncoder().encodeToString(key)}) {
            var settings = read(Map.of("SLUICE_MASTER_KEY", text), Map.of());
            assertThat(settings.masterKey().orElseThrow().bytes()).isEqualTo(key);
            assertThat(settings.toString()).doesNotContain(text);
        }
        assertThatThrownBy(() -> read(Map.of("SLUICE_MASTER_KEY", "hunter2"), Map.of()))
                .isInstanceOf(SettingsException.class)
                .hasMessage("masterKey: not usable in SLUICE_MASTER_KEY"
                        + " (expected: 32 bytes as 64 hexadecimal digits or in base64)");
        assertThatThrownBy(() -> read(Map.of(), Map.of("--master-key", "x")))
                .hasMessageStartingWith("--master-key: no such");
        Files.writeString(folder.resolve("sluice.yaml"), "masterKey: x");
        assertThatThrownBy(() -> read(Map.of(), Map.of()))
                .hasMessageContaining("only in the environment, as SLUICE_MASTER_KEY");
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
            account              | 1234          | 12 digits
            region               | Moon          | a region name like eu-central-1
            strictAws            | yes           | true or false
            http.port            | 65536         | a whole number from 0 to 65535
            http.port            | -1            | a whole number from 0 to 65535
            http.port            | 80.5          | a whole number from 0 to 65535
            http.host            | a b           | an IP address or a host name
            https.provider       | openssl       | one of auto, boringssl, jdk
            https.ticketKeyHours | 73            | a whole number from 1 to 72
            https.reloadSeconds  | 0             | a whole number from 1 to 3600
            gateway.transport    | kqueue        | one of auto, epoll, io_uring, nio
            gateway.drainSeconds | 601           | a whole number from 0 to 600
            gateway.rateLimitHeaders | no        | one of standard, legacy, none
            gateway.explainRefusals | 10000001   | a whole number from 0 to 10000000
            limits.afterCrash    | half          | one of exact, full
            limits.accountRate   | 1e3           | a number from 0 to 10000000 with at most 9 decimals
            limits.accountRate   | 10000001      | a number from 0 to 10000000 with at most 9 decimals
            gateway.unknownKeyRate | 0.0001      | a number from 0 to 1000000 with at most 3 decimals
            gateway.trustedProxies | 10.0.0.1/8  | networks like 10.0.0.0/8 or 2001:db8::/32, or single addresses, with commas between them
            gateway.trustedProxies | proxy.local | networks like 10.0.0.0/8 or 2001:db8::/32, or single addresses, with commas between them
            gateway.trustedProxies | 10.0.0.1,   | networks like 10.0.0.0/8 or 2001:db8::/32, or single addresses, with commas between them
            gateway.maxIntegrationSeconds | 301  | a whole number from 29 to 300
            accessLog.maxFileMegabytes | 0       | a whole number from 1 to 1000000
            gateway.unknownKeyBurst | 0          | a whole number from 1 to 1000000
            limits.accountBurst  | many          | a whole number from 0 to 1000000000
            functions.isolation  | AUTO          | one of auto, sandbox, unprivileged, process
            functions.maxEnvironments | 0        | a whole number from 1 to 10000
            """)
    void refusesAValueNamingSettingPlaceAndExpectation(String key, String text, String expected) throws IOException {
        var file = folder.resolve("sluice.yaml");
        Files.writeString(file, "# first line\n" + key + ": " + text + "\n");
        assertThatThrownBy(() -> read(Map.of(), Map.of()))
                .isInstanceOf(SettingsException.class)
                .hasMessage(key + ": \"" + text + "\" in " + file + " line 2 (expected: " + expected + ")");
    }

    static final Map<String, String> BROKEN_FILES = Map.ofEntries(
            Map.entry("htp: {port: 1}", "htp.port: unknown setting in FILE line 1 (expected: account, region"),
            Map.entry("http: {prot: 1}", "http.prot: unknown setting in FILE line 1 (expected: http.host, http.port)"),
            Map.entry("http: 8080", "http: unknown setting in FILE line 1"),
            Map.entry("region: [a]", "region: a list in FILE line 1 (expected: one value"),
            Map.entry("region:", "region: nothing in FILE line 1 (expected: one value"),
            Map.entry("region: {name: x}", "region.name: unknown setting in FILE line 1"),
            Map.entry("a: &x eu-west-1\nregion: *x", "an alias in FILE line 2"),
            Map.entry("region: a\nregion: b", "region: set a second time in FILE line 2 (expected: once)"),
            Map.entry("http: {port: 1}\nhttp: {host: b}", "http: set a second time in FILE line 2"),
            Map.entry("http: {port: 1}\nhttp.port: 2", "http.port: set a second time in FILE line 2"),
            Map.entry("- region", "FILE: expected: settings as \"name: value\""),
            Map.entry("region: a\n---\nregion: b", "a second document"),
            Map.entry("region: 'eu", "FILE line 1: not YAML: "),
            Map.entry("region: x\n\thttp: 1", "not YAML: "),
            Map.entry("{".repeat(50), "FILE"),
            Map.entry(
                    "functions: {isolation: sandbox, allowUnsandboxed: true}",
                    "functions.allowUnsandboxed: has no effect in FILE line 1 with functions.isolation=sandbox"));

    static final Iterable<Map.Entry<String, String>> BROKEN = BROKEN_FILES.entrySet();

    @ParameterizedTest
    @FieldSource("BROKEN")
    void refusesABrokenFileInOneLine(Map.Entry<String, String> broken) throws IOException {
        var file = folder.resolve("own.yaml");
        Files.writeString(file, broken.getKey());
        assertThatThrownBy(() -> SettingsReader.read(file, folder, Map.of(), Map.of()))
                .isInstanceOf(SettingsException.class)
                .hasMessageContaining(broken.getValue().replace("FILE", file.toString()))
                .message()
                .hasLineCount(1);
    }

    @Test
    void refusesUnknownVariablesFlagsAndMissingFiles() {
        assertThatThrownBy(() -> read(Map.of("SLUICE_HTTP_PROT", "1"), Map.of()))
                .isInstanceOf(SettingsException.class)
                .hasMessageStartingWith("SLUICE_HTTP_PROT: no such setting");
        assertThatThrownBy(() -> read(Map.of(), Map.of("--prot", "1")))
                .hasMessageStartingWith("--prot: no such option");
        var missing = folder.resolve("missing.yaml");
        assertThatThrownBy(() -> SettingsReader.read(missing, folder, Map.of(), Map.of()))
                .isInstanceOf(SettingsException.class)
                .hasMessageStartingWith(missing + ": cannot be read");
    }

    @Test
    void anEmptyFileSetsNothing() throws IOException {
        for (var text : new String[] {"", "# only a comment\n", "---\n", "{}"}) {
            Files.writeString(folder.resolve("sluice.yaml"), text);
            assertThat(read(Map.of(), Map.of()).region()).isEqualTo("us-east-1");
        }
    }

    private Settings read(Map<String, String> environment, Map<String, String> flags) {
        return SettingsReader.read(null, folder, environment, flags);
    }
}
