/*
 * SPDX-FileCopyrightText: The Sluice authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.sluice.server.settings;

import dev.sluice.gateway.GatewaySettings.RateLimitHeaders;
import dev.sluice.server.settings.Setting.Source;
import dev.sluice.server.settings.Settings.Isolation;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * Makes {@link Settings} out of the settings file, then the environment, then the command line; the later wins. Anything unknown,
 * unusable or without effect is a {@link SettingsException}.
 */
public final class SettingsReader {
    private static final String DEFAULT_FILE = "sluice.yaml";
    private static final String ENVIRONMENT_PREFIX = "SLUICE_";

    /** What {@code sluice env} prints for clients, and what only the launcher reads. */
    private static final Set<String> NOT_SETTINGS = Set.of("SLUICE_HTTP_URL", "SLUICE_HTTPS_URL", "SLUICE_JAVA_OPTS");

    private final Map<String, Given> given = new LinkedHashMap<>();

    private SettingsReader() {}

    /**
     * @param configFile named by the operator, or null for {@code sluice.yaml} in {@code workingFolder}, which need not exist
     * @param flags by name with the dashes, e.g. {@code --http-port}
     */
    public static Settings read(
            @Nullable Path configFile, Path workingFolder, Map<String, String> environment, Map<String, String> flags) {
        var reader = new SettingsReader();
        reader.addFile(configFile, workingFolder);
        reader.addEnvironment(environment);
        reader.addFlags(flags);
        return reader.settings();
    }

    private void addFile(@Nullable Path configFile, Path workingFolder) {
        var file = configFile != null ? configFile : workingFolder.resolve(DEFAULT_FILE);
        if (configFile == null && Files.notExists(file)) {
            return;
        }
        YamlSettings.read(file).forEach((key, value) -> {
            var setting = byKey(key).orElseThrow(() -> unknown(key, value.origin()));
            if (setting.source() == Source.ENVIRONMENT_ONLY) {
                throw new SettingsException(key + ": set in " + value.origin()
                        + " (expected: only in the environment, as " + setting.environmentName() + ")");
            }
            given.put(key, value);
        });
    }

    private void addEnvironment(Map<String, String> environment) {
        new TreeMap<>(environment).forEach((name, text) -> {
            if (name.startsWith(ENVIRONMENT_PREFIX) && !NOT_SETTINGS.contains(name)) {
                var key = keyOfVariable(name)
                        .orElseThrow(
                                () -> new SettingsException(name + ": no such setting (docs/settings.md lists them)"));
                given.put(key, new Given(text, name));
            }
        });
    }

    private void addFlags(Map<String, String> flags) {
        flags.forEach((flag, text) -> {
            if (flag.equals("--host")) {
                flags.keySet().stream()
                        .filter(Set.of("--http-host", "--https-host")::contains)
                        .findFirst()
                        .ifPresent(other -> {
                            throw new SettingsException(
                                    "--host: sets what " + other + " sets too (expected: one of them)");
                        });
                given.put(SettingsTable.HTTP_HOST.key(), new Given(text, flag));
                given.put(SettingsTable.HTTPS_HOST.key(), new Given(text, flag));
                return;
            }
            var key = keyOfFlag(flag)
                    .orElseThrow(() -> new SettingsException(flag + ": no such option (docs/settings.md lists them)"));
            given.put(key, new Given(text, flag));
        });
    }

    private static Optional<Setting<?>> byKey(String key) {
        return SettingsTable.ALL.stream()
                .filter(setting -> setting.matches(key))
                .findFirst();
    }

    private static Optional<String> keyOfVariable(String name) {
        for (var setting : SettingsTable.ALL) {
            var variable = setting.environmentName();
            if (setting.isFamily() && name.length() > variable.length() && name.startsWith(variable)) {
                return Optional.of(setting.prefix()
                        + name.substring(variable.length())
                                .toLowerCase(Locale.ROOT)
                                .replace('_', '.'));
            }
            if (!setting.isFamily() && name.equals(variable)) {
                return Optional.of(setting.key());
            }
        }
        return Optional.empty();
    }

    private static Optional<String> keyOfFlag(String flag) {
        for (var setting : SettingsTable.ALL) {
            if (setting.isFamily() && flag.length() > setting.flag().length() && flag.startsWith(setting.flag())) {
                return Optional.of(
                        setting.prefix() + flag.substring(setting.flag().length()));
            }
            if (!setting.isFamily() && setting.source() == Source.ANYWHERE && flag.equals(setting.flag())) {
                return Optional.of(setting.key());
            }
        }
        return Optional.empty();
    }

    private static SettingsException unknown(String key, String origin) {
        var module = key.substring(0, key.indexOf('.') + 1);
        var siblings = SettingsTable.ALL.stream()
                .map(Setting::key)
                .filter(name -> name.startsWith(module) && (!module.isEmpty() || name.indexOf('.') < 0))
                .collect(Collectors.joining(", "));
        var modules = SettingsTable.ALL.stream()
                .map(Setting::key)
                .filter(name -> name.indexOf('.') > 0)
                .map(name -> name.substring(0, name.indexOf('.')))
                .distinct()
                .collect(Collectors.joining(", "));
        var expected = !module.isEmpty() && !siblings.isEmpty()
                ? siblings
                : SettingsTable.ALL.stream()
                                .map(Setting::key)
                                .filter(name -> name.indexOf('.') < 0)
                                .collect(Collectors.joining(", "))
                        + ", or one below " + modules;
        return new SettingsException(key + ": unknown setting in " + origin + " (expected: " + expected + ")");
    }

    private Settings settings() {
        var runtimes = new TreeMap<String, Path>();
        var family = SettingsTable.FUNCTIONS_RUNTIMES;
        given.forEach((key, value) -> {
            if (family.matches(key)) {
                runtimes.put(key.substring(family.prefix().length()), parsed(family, key, value));
            }
        });
        var functions = new Settings.Functions(
                value(SettingsTable.FUNCTIONS_ISOLATION),
                value(SettingsTable.FUNCTIONS_ALLOW_UNSANDBOXED),
                value(SettingsTable.FUNCTIONS_RUNTIME_FALLBACK),
                runtimes,
                Math.toIntExact(value(SettingsTable.FUNCTIONS_MAX_ENVIRONMENTS)));
        refuseWithoutEffect(functions);
        return new Settings(
                value(SettingsTable.ACCOUNT),
                value(SettingsTable.REGION),
                value(SettingsTable.STRICT_AWS),
                value(SettingsTable.DATA_DIR),
                optional(SettingsTable.MASTER_KEY),
                new Settings.Listener(value(SettingsTable.ADMIN_HOST), value(SettingsTable.ADMIN_PORT)),
                new Settings.Listener(value(SettingsTable.HTTP_HOST), value(SettingsTable.HTTP_PORT)),
                new Settings.Listener(value(SettingsTable.HTTPS_HOST), value(SettingsTable.HTTPS_PORT)),
                new Settings.Tls(
                        value(SettingsTable.HTTPS_PROVIDER),
                        optional(SettingsTable.HTTPS_CERTIFICATES),
                        Duration.ofHours(value(SettingsTable.HTTPS_TICKET_KEY_HOURS)),
                        Duration.ofSeconds(value(SettingsTable.HTTPS_RELOAD_SECONDS))),
                gateway(),
                new Settings.Connections(
                        value(SettingsTable.GATEWAY_MIN_BODY_BYTES_PER_SECOND),
                        Math.toIntExact(value(SettingsTable.GATEWAY_MAX_CONNECTIONS)),
                        Math.toIntExact(value(SettingsTable.GATEWAY_MAX_UPSTREAM_CONNECTIONS)),
                        optional(SettingsTable.GATEWAY_MAX_GATHERED_BYTES)),
                new Settings.AccessLog(
                        Math.toIntExact(value(SettingsTable.ACCESS_LOG_MAX_FILE_MEGABYTES)),
                        Math.toIntExact(value(SettingsTable.ACCESS_LOG_KEEP_FILES)),
                        Math.toIntExact(value(SettingsTable.ACCESS_LOG_BUFFER_KILOBYTES))),
                new Settings.Limits(
                        value(SettingsTable.LIMITS_AFTER_CRASH),
                        value(SettingsTable.LIMITS_ACCOUNT_RATE),
                        value(SettingsTable.LIMITS_ACCOUNT_BURST)),
                functions);
    }

    private Settings.Gateway gateway() {
        var gateway = new Settings.Gateway(
                value(SettingsTable.GATEWAY_TRANSPORT),
                Duration.ofSeconds(value(SettingsTable.GATEWAY_DRAIN_SECONDS)),
                value(SettingsTable.GATEWAY_RATE_LIMIT_HEADERS),
                value(SettingsTable.GATEWAY_RATE_LIMIT_HEADERS_ON),
                value(SettingsTable.GATEWAY_THROTTLE_BODY),
                Math.toIntExact(value(SettingsTable.GATEWAY_EXPLAIN_REFUSALS)),
                value(SettingsTable.GATEWAY_UNKNOWN_KEY_RATE),
                value(SettingsTable.GATEWAY_UNKNOWN_KEY_BURST),
                Math.toIntExact(value(SettingsTable.GATEWAY_SOURCE_TABLE_SIZE)),
                optional(SettingsTable.GATEWAY_TRUSTED_PROXIES).orElse(List.of()),
                Duration.ofSeconds(value(SettingsTable.GATEWAY_MAX_INTEGRATION_SECONDS)));
        if (value(SettingsTable.STRICT_AWS)) {
            refuseOtherThanDefault(SettingsTable.GATEWAY_RATE_LIMIT_HEADERS, "strictAws=true");
            refuseOtherThanDefault(SettingsTable.GATEWAY_RATE_LIMIT_HEADERS_ON, "strictAws=true");
            refuseOtherThanDefault(SettingsTable.GATEWAY_THROTTLE_BODY, "strictAws=true");
        }
        if (gateway.rateLimitHeaders() == RateLimitHeaders.NONE) {
            refuseOtherThanDefault(SettingsTable.GATEWAY_RATE_LIMIT_HEADERS_ON, "gateway.rateLimitHeaders=none");
        }
        return gateway;
    }

    private void refuseOtherThanDefault(Setting<?> setting, String with) {
        var value = given.get(setting.key());
        if (value != null && !value.text().equals(setting.defaultText())) {
            throw withoutEffect(setting.key(), with);
        }
    }

    private SettingsException withoutEffect(String key, String with) {
        return new SettingsException(
                key + ": has no effect in " + origin(key) + " with " + with + " (expected: one of the two left out)");
    }

    private void refuseWithoutEffect(Settings.Functions functions) {
        var isolation = functions.isolation();
        if (functions.allowUnsandboxed() && (isolation == Isolation.SANDBOX || isolation == Isolation.UNPRIVILEGED)) {
            var key = SettingsTable.FUNCTIONS_ALLOW_UNSANDBOXED.key();
            throw withoutEffect(key, "functions.isolation=" + isolation.name().toLowerCase(Locale.ROOT));
        }
    }

    private String origin(String key) {
        var value = given.get(key);
        return value == null ? "the defaults" : value.origin();
    }

    private <T> T value(Setting<T> setting) {
        return optional(setting).orElseThrow(() -> new IllegalStateException(setting.key() + " has no default"));
    }

    private <T> Optional<T> optional(Setting<T> setting) {
        var value = given.get(setting.key());
        if (value != null) {
            return Optional.of(parsed(setting, setting.key(), value));
        }
        return Optional.ofNullable(setting.defaultText()).map(setting.parser());
    }

    private static <T> T parsed(Setting<T> setting, String key, Given value) {
        try {
            return setting.parser().apply(value.text());
        } catch (IllegalArgumentException refused) {
            var shown = setting.source() == Source.ENVIRONMENT_ONLY ? "not usable" : '"' + value.text() + '"';
            throw new SettingsException(
                    key + ": " + shown + " in " + value.origin() + " (expected: " + setting.expected() + ")");
        }
    }
}
