/*
 * SPDX-FileCopyrightText: The Sluice authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.sluice.server.settings;

import dev.sluice.gateway.GatewaySettings;
import dev.sluice.gateway.GatewaySettings.RateLimitHeaders;
import dev.sluice.gateway.GatewaySettings.ThrottleBody;
import dev.sluice.gateway.GatewaySettings.TlsProvider;
import dev.sluice.gateway.GatewaySettings.TransportKind;
import dev.sluice.gateway.Network;
import dev.sluice.server.settings.Setting.Source;
import dev.sluice.server.settings.Settings.AfterCrash;
import dev.sluice.server.settings.Settings.HeadersOn;
import dev.sluice.server.settings.Settings.Isolation;
import dev.sluice.server.settings.Settings.RuntimeFallback;
import java.math.BigDecimal;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.function.Function;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/** Every setting there is, once: names, defaults, accepted values and the reference page come from here. */
final class SettingsTable {
    private static final BigDecimal MAX_RATE = BigDecimal.valueOf(10_000_000);
    private static final int MAX_RATE_DECIMALS = 9;
    private static final BigDecimal MAX_UNKNOWN_KEY_RATE = BigDecimal.valueOf(1_000_000);

    static final Setting<String> ACCOUNT =
            matching("account", "12 digits", "\\d{12}", "123456789012", "The account id that ARNs carry.");
    static final Setting<String> REGION = matching(
            "region",
            "a region name like eu-central-1",
            "[a-z]{2,8}(-[a-z]{2,16})+-\\d{1,2}",
            "us-east-1",
            "The region that ARNs carry and that requests must be signed for.");
    static final Setting<Boolean> STRICT_AWS = bool(
            "strictAws",
            "Answer exactly as AWS: refuse the forms that only Sluice accepts, leave out the headers that only Sluice sends.");
    static final Setting<Path> DATA_DIR = path(
            "dataDir", "./data", "Where everything is kept; made on the first start; relative to the current folder.");
    static final Setting<MasterKey> MASTER_KEY = new Setting<>(
            "masterKey",
            "32 bytes as 64 hexadecimal digits or in base64",
            null,
            Source.ENVIRONMENT_ONLY,
            "The key that seals secrets, instead of the file `master.key` in the data folder.",
            MasterKey::parse);

    static final Setting<String> ADMIN_HOST =
            host("admin.host", "127.0.0.1", "Address of the admin plane: AWS's APIs, `/health` and `/metrics`.");
    static final Setting<Integer> ADMIN_PORT =
            port("admin.port", "4566", "Port of the admin plane; 0 picks a free one.");
    static final Setting<String> HTTP_HOST = host(
            "http.host", "0.0.0.0", "Address of the data plane's plain listener; `--host` sets both of its listeners.");
    static final Setting<Integer> HTTP_PORT = port("http.port", "8080", "Its port; 0 picks a free one.");
    static final Setting<String> HTTPS_HOST =
            host("https.host", "0.0.0.0", "Address of the data plane's TLS listener.");
    static final Setting<Integer> HTTPS_PORT = port("https.port", "8443", "Its port; 0 picks a free one.");
    static final Setting<TlsProvider> HTTPS_PROVIDER = oneOf(
            "https.provider",
            TlsProvider.class,
            TlsProvider.AUTO,
            "Whose TLS: `boringssl` costs about a third of a handshake of the `jdk`; `auto` takes it where it loads.");
    static final Setting<Path> HTTPS_CERTIFICATES = path(
            "https.certificates",
            null,
            "A folder of certificates by server name: `NAME.pem` is a chain, the server's certificate first, `NAME.key` its private key (EC or RSA, PKCS #8), and NAME "
                    + "a host name like `api.example.com` or `*.example.com`; `default` replaces the server's own certificate."
                    + " One that is uploaded for a custom domain of the same name wins.");
    static final Setting<Long> HTTPS_TICKET_KEY_HOURS = whole(
            "https.ticketKeyHours",
            1,
            72,
            "12",
            "How long one key seals session tickets; two more periods it still opens them. Keys are in memory only. With the provider `jdk` "
                    + "half of a session's life.");
    static final Setting<Long> HTTPS_RELOAD_SECONDS = whole(
            "https.reloadSeconds",
            1,
            3_600,
            "10",
            "How often certificate files are looked at; changed ones are for new connections, unusable ones are logged and change nothing.");

    static final Setting<TransportKind> GATEWAY_TRANSPORT = oneOf(
            "gateway.transport",
            TransportKind.class,
            TransportKind.AUTO,
            "The kernel's interface to sockets: `epoll` and `io_uring` of Linux, or the JDK's `nio`; `auto` is `epoll` where it is there.");
    static final Setting<Long> GATEWAY_DRAIN_SECONDS = whole(
            "gateway.drainSeconds",
            0,
            600,
            "30",
            "How long requests that are under way may take when the server stops; then they are cut off.");

    static final Setting<RateLimitHeaders> GATEWAY_RATE_LIMIT_HEADERS = oneOf(
            "gateway.rateLimitHeaders",
            RateLimitHeaders.class,
            RateLimitHeaders.STANDARD,
            "The fields that tell how much of a limit is left: `standard` is RateLimit-Policy and RateLimit of "
                    + "draft-ietf-httpapi-ratelimit-headers-10, `legacy` X-RateLimit-Limit, -Remaining, -Reset (in seconds) and -Policy. "
                    + "A 429 has Retry-After in any case.");
    static final Setting<HeadersOn> GATEWAY_RATE_LIMIT_HEADERS_ON = oneOf(
            "gateway.rateLimitHeadersOn",
            HeadersOn.class,
            HeadersOn.REFUSALS,
            "Which answers have them: refusals, or all answers to requests that passed the limits, too. What an integration sends under "
                    + "the same names is left out there.");
    static final Setting<ThrottleBody> GATEWAY_THROTTLE_BODY = oneOf(
            "gateway.throttleBody",
            ThrottleBody.class,
            ThrottleBody.AWS,
            "The body of a 429: Amazon API Gateway's, or application/problem+json (RFC 9457) with the violated policy and the request's id.");
    static final Setting<Long> GATEWAY_EXPLAIN_REFUSALS = whole(
            "gateway.explainRefusals",
            0,
            10_000_000,
            "1000000",
            "How many of the latest refusals `./sluice why` can explain; each takes about 80 bytes of memory, once it is needed; 0 keeps none.");
    static final Setting<BigDecimal> GATEWAY_UNKNOWN_KEY_RATE = new Setting<>(
            "gateway.unknownKeyRate",
            "a number from 0 to 1000000 with at most 3 decimals",
            "0",
            Source.ANYWHERE,
            "Requests a second with an unknown or disabled API key that a client address may send; for more it is answered 429 instead of "
                    + "403. 0 is no limit, as on AWS. Valid keys are never affected.",
            text -> decimal(text, 7, 3, MAX_UNKNOWN_KEY_RATE));
    static final Setting<Long> GATEWAY_UNKNOWN_KEY_BURST = whole(
            "gateway.unknownKeyBurst",
            1,
            1_000_000,
            "20",
            "Burst of `gateway.unknownKeyRate`; has an effect with it only.");
    static final Setting<Long> GATEWAY_SOURCE_TABLE_SIZE = whole(
            "gateway.sourceTableSize",
            4,
            67_108_864,
            "524288",
            "How many client addresses (IPv6: networks of 64 bits) `gateway.unknownKeyRate` tells apart, rounded down to a power of two, at 25 "
                    + "bytes each; the others are counted by networks of 24 or 48 bits. Allocated with that setting only.");

    static final Setting<List<Network>> GATEWAY_TRUSTED_PROXIES = new Setting<>(
            "gateway.trustedProxies",
            "networks like 10.0.0.0/8 or 2001:db8::/32, or single addresses, with commas between them",
            null,
            Source.ANYWHERE,
            "Proxies in front of the server. Of a connection from there, the client is the last address in X-Forwarded-For that is not in one "
                    + "of these networks, and X-Forwarded-Proto and -Port are believed; from elsewhere they are never.",
            text -> Arrays.stream(text.split(",", -1))
                    .map(String::strip)
                    .map(Network::parse)
                    .toList());
    static final Setting<Long> GATEWAY_MAX_INTEGRATION_SECONDS = whole(
            "gateway.maxIntegrationSeconds",
            29,
            300,
            "29",
            "The longest timeout that an integration may have, as AWS's quota of that name.");

    static final Setting<Long> GATEWAY_MIN_BODY_BYTES_PER_SECOND = whole(
            "gateway.minBodyBytesPerSecond",
            0,
            1_000_000,
            "240",
            "The pace at which a request's body has to come after 5 seconds of grace; what comes faster is credited for a minute at most. A slower "
                    + "client gets 408. Time in which an integration does not take it does not count. 0 is no such bound.");
    static final Setting<Long> GATEWAY_MAX_CONNECTIONS = whole(
            "gateway.maxConnections",
            1,
            10_000_000,
            "65536",
            "Clients' connections that may be open at once, over both listeners; what comes beyond is closed at once and counted in `/metrics`.");
    static final Setting<Long> GATEWAY_MAX_UPSTREAM_CONNECTIONS = whole(
            "gateway.maxUpstreamConnections",
            1,
            1_000_000,
            "8192",
            "Connections to one upstream that may be open at once; a request that would need one more gets the answer of an integration "
                    + "that cannot be reached. Each event loop has its share.");

    static final Setting<Long> GATEWAY_MAX_GATHERED_BYTES = whole(
            "gateway.maxGatheredBytes",
            GatewaySettings.LEAST_GATHERED_BYTES,
            1L << 40,
            null,
            "Bytes of request bodies for functions, and of functions' answers, that are kept whole at once. A request that finds no room gets 503 "
                    + "with Retry-After, counted in `/metrics`. What a body may have is at most as much as is left then, so that few large bodies "
                    + "cannot keep out small ones. Without it a quarter of the heap.");

    static final Setting<Long> ACCESS_LOG_MAX_FILE_MEGABYTES = whole(
            "accessLog.maxFileMegabytes",
            1,
            1_000_000,
            "100",
            "An access log in `logs/access` of the data folder that would become larger than so many MiB is set aside: `x.log` becomes "
                    + "`x.log.1`, that `x.log.2`, and so on.");
    static final Setting<Long> ACCESS_LOG_KEEP_FILES = whole(
            "accessLog.keepFiles",
            0,
            10_000,
            "5",
            "How many files of each access log are kept beside the one that is written.");
    static final Setting<Long> ACCESS_LOG_BUFFER_KILOBYTES = whole(
            "accessLog.bufferKilobytes",
            64,
            1_048_576,
            "4096",
            "How many KiB of access logs may wait for the disk; lines that find no room are dropped and counted in `/metrics`. Twice as much "
                    + "memory is used, once it is needed.");

    static final Setting<AfterCrash> LIMITS_AFTER_CRASH = oneOf(
            "limits.afterCrash",
            AfterCrash.class,
            AfterCrash.EXACT,
            "What a bucket holds after a crash: `exact` starts it empty, so that no limit is ever passed; `full` starts it full.");
    static final Setting<BigDecimal> LIMITS_ACCOUNT_RATE = new Setting<>(
            "limits.accountRate",
            "a number from 0 to 10000000 with at most 9 decimals",
            "10000",
            Source.ANYWHERE,
            "Requests a second of the account level, until `update-account` sets it.",
            SettingsTable::rate);
    static final Setting<Long> LIMITS_ACCOUNT_BURST = whole(
            "limits.accountBurst",
            0,
            1_000_000_000,
            "5000",
            "Burst of the account level, until `update-account` sets it.");

    static final Setting<Isolation> FUNCTIONS_ISOLATION = oneOf(
            "functions.isolation",
            Isolation.class,
            Isolation.AUTO,
            "The walls around a function: `sandbox` is namespaces and a private file system, `unprivileged` a user without rights, `process` "
                    + "none; `auto` takes the strongest that a self-test proves at the start.");
    static final Setting<Boolean> FUNCTIONS_ALLOW_UNSANDBOXED = bool(
            "functions.allowUnsandboxed",
            "Run functions with the server's own rights where no wall works; only for code you trust. Has no effect, and so is "
                    + "refused, with the isolation `sandbox` or `unprivileged`.");
    static final Setting<RuntimeFallback> FUNCTIONS_RUNTIME_FALLBACK = oneOf(
            "functions.runtimeFallback",
            RuntimeFallback.class,
            RuntimeFallback.NEAREST,
            "For a runtime version that is not installed: `nearest` runs the nearest one and says so, `refuse` refuses the function.");
    static final Setting<Path> FUNCTIONS_RUNTIMES = path(
            "functions.runtimes.*",
            null,
            "The interpreter of one runtime, e.g. `functions.runtimes.python3.13`, instead of the one that the server finds.");
    static final Setting<Long> FUNCTIONS_MAX_ENVIRONMENTS =
            whole("functions.maxEnvironments", 1, 10_000, "100", "How many function processes may exist at once.");

    /** In the order of the reference page. */
    static final List<Setting<?>> ALL = List.of(
            ACCOUNT,
            REGION,
            STRICT_AWS,
            DATA_DIR,
            MASTER_KEY,
            ADMIN_HOST,
            ADMIN_PORT,
            HTTP_HOST,
            HTTP_PORT,
            HTTPS_HOST,
            HTTPS_PORT,
            HTTPS_PROVIDER,
            HTTPS_CERTIFICATES,
            HTTPS_TICKET_KEY_HOURS,
            HTTPS_RELOAD_SECONDS,
            GATEWAY_TRANSPORT,
            GATEWAY_DRAIN_SECONDS,
            GATEWAY_RATE_LIMIT_HEADERS,
            GATEWAY_RATE_LIMIT_HEADERS_ON,
            GATEWAY_THROTTLE_BODY,
            GATEWAY_EXPLAIN_REFUSALS,
            GATEWAY_UNKNOWN_KEY_RATE,
            GATEWAY_UNKNOWN_KEY_BURST,
            GATEWAY_SOURCE_TABLE_SIZE,
            GATEWAY_TRUSTED_PROXIES,
            GATEWAY_MAX_INTEGRATION_SECONDS,
            GATEWAY_MIN_BODY_BYTES_PER_SECOND,
            GATEWAY_MAX_CONNECTIONS,
            GATEWAY_MAX_UPSTREAM_CONNECTIONS,
            GATEWAY_MAX_GATHERED_BYTES,
            ACCESS_LOG_MAX_FILE_MEGABYTES,
            ACCESS_LOG_KEEP_FILES,
            ACCESS_LOG_BUFFER_KILOBYTES,
            LIMITS_AFTER_CRASH,
            LIMITS_ACCOUNT_RATE,
            LIMITS_ACCOUNT_BURST,
            FUNCTIONS_ISOLATION,
            FUNCTIONS_ALLOW_UNSANDBOXED,
            FUNCTIONS_RUNTIME_FALLBACK,
            FUNCTIONS_RUNTIMES,
            FUNCTIONS_MAX_ENVIRONMENTS);

    private SettingsTable() {}

    private static Setting<String> matching(
            String key, String expected, String regex, String byDefault, String meaning) {
        var pattern = Pattern.compile(regex);
        return new Setting<>(key, expected, byDefault, Source.ANYWHERE, meaning, text -> {
            require(pattern.matcher(text).matches());
            return text;
        });
    }

    private static Setting<String> host(String key, String byDefault, String meaning) {
        return matching(key, "an IP address or a host name", "[0-9A-Za-z.:_-]{1,253}", byDefault, meaning);
    }

    private static Setting<Integer> port(String key, String byDefault, String meaning) {
        var whole = whole(key, 0, 65_535, byDefault, meaning);
        return new Setting<>(
                key,
                whole.expected(),
                byDefault,
                Source.ANYWHERE,
                meaning,
                whole.parser().andThen(Math::toIntExact));
    }

    private static Setting<Long> whole(String key, long min, long max, @Nullable String byDefault, String meaning) {
        Function<String, Long> parser = text -> {
            var value = Long.parseLong(text);
            require(value >= min && value <= max);
            return value;
        };
        return new Setting<>(
                key, "a whole number from " + min + " to " + max, byDefault, Source.ANYWHERE, meaning, parser);
    }

    private static Setting<Boolean> bool(String key, String meaning) {
        Function<String, Boolean> parser = text -> {
            require(text.equals("true") || text.equals("false"));
            return text.equals("true");
        };
        return new Setting<>(key, "true or false", "false", Source.ANYWHERE, meaning, parser);
    }

    private static <E extends Enum<E>> Setting<E> oneOf(String key, Class<E> type, E byDefault, String meaning) {
        var names = Arrays.stream(type.getEnumConstants())
                .map(SettingsTable::written)
                .collect(Collectors.joining(", "));
        Function<String, E> parser = text -> Arrays.stream(type.getEnumConstants())
                .filter(constant -> written(constant).equals(text))
                .findFirst()
                .orElseThrow(IllegalArgumentException::new);
        return new Setting<>(key, "one of " + names, written(byDefault), Source.ANYWHERE, meaning, parser);
    }

    private static Setting<Path> path(String key, @Nullable String byDefault, String meaning) {
        Function<String, Path> parser = text -> {
            require(!text.isBlank());
            return Path.of(text);
        };
        return new Setting<>(key, "a path", byDefault, Source.ANYWHERE, meaning, parser);
    }

    private static BigDecimal rate(String text) {
        return decimal(text, 8, MAX_RATE_DECIMALS, MAX_RATE);
    }

    private static BigDecimal decimal(String text, int digits, int decimals, BigDecimal max) {
        require(text.matches("\\d{1," + digits + "}(\\.\\d{1," + decimals + "})?"));
        var value = new BigDecimal(text);
        require(value.compareTo(max) <= 0);
        return value;
    }

    private static String written(Enum<?> constant) {
        return constant.name().toLowerCase(Locale.ROOT);
    }

    private static void require(boolean accepted) {
        if (!accepted) {
            throw new IllegalArgumentException("not accepted");
        }
    }
}
