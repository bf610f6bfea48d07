/*
 * SPDX-FileCopyrightText: The Sluice authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.sluice.server.settings;

import dev.sluice.gateway.GatewaySettings.RateLimitHeaders;
import dev.sluice.gateway.GatewaySettings.ThrottleBody;
import dev.sluice.gateway.GatewaySettings.TlsProvider;
import dev.sluice.gateway.GatewaySettings.TransportKind;
import dev.sluice.gateway.Network;
import java.math.BigDecimal;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * What the server was told, checked and complete: every setting has its value or its default. Made by {@link SettingsReader};
 * the meaning of each value stands in {@link SettingsTable}.
 */
public record Settings(
        String account,
        String region,
        boolean strictAws,
        Path dataDir,
        Optional<MasterKey> masterKey,
        Listener admin,
        Listener http,
        Listener https,
        Tls tls,
        Gateway gateway,
        Connections connections,
        AccessLog accessLog,
        Limits limits,
        Functions functions) {

    /**
     * Where a listener binds.
     *
     * @param port 0 picks a free one
     */
    public record Listener(String host, int port) {}

    /**
     * TLS of the data plane.
     *
     * @param certificates folder of pairs by server name
     * @param ticketKeyPeriod until session tickets get a new key
     * @param reload between two looks at the files
     */
    public record Tls(TlsProvider provider, Optional<Path> certificates, Duration ticketKeyPeriod, Duration reload) {}

    /**
     * How the data plane is driven, what it tells, and how it ends.
     *
     * @param drain how long in-flight requests may take when the server stops
     * @param explainRefusals so many of the latest can be asked about; 0 for none
     * @param unknownKeyRate of one client address; 0 is no limit
     * @param sourceTableSize client addresses told apart
     * @param trustedProxies whose word on clients' addresses is taken
     * @param maxIntegration the longest timeout that an integration may have
     */
    public record Gateway(
            TransportKind transport,
            Duration drain,
            RateLimitHeaders rateLimitHeaders,
            HeadersOn rateLimitHeadersOn,
            ThrottleBody throttleBody,
            int explainRefusals,
            BigDecimal unknownKeyRate,
            long unknownKeyBurst,
            int sourceTableSize,
            List<Network> trustedProxies,
            Duration maxIntegration) {
        public Gateway {
            trustedProxies = List.copyOf(trustedProxies);
        }
    }

    /**
     * What clients and upstreams may hold of the data plane.
     *
     * @param minBodyBytesPerSecond of a request's body; 0 for any
     * @param most of clients, over all listeners
     * @param mostUpstream to one upstream
     * @param maxGatheredBytes of bodies that are kept whole at once; empty for a part of the heap
     */
    public record Connections(
            long minBodyBytesPerSecond, int most, int mostUpstream, Optional<Long> maxGatheredBytes) {}

    /**
     * How much of access logs is kept.
     *
     * @param keepFiles of each log, beside the one that is written
     */
    public record AccessLog(int maxFileMegabytes, int keepFiles, int bufferKilobytes) {}

    /** Which answers say how much of a limit is left. */
    public enum HeadersOn {
        REFUSALS,
        ALL
    }

    /** Account level of an account that was never patched, and what buckets hold after a crash. */
    public record Limits(AfterCrash afterCrash, BigDecimal accountRate, long accountBurst) {}

    /** How full a bucket is after a crash: what can be proven ({@code EXACT}), or all of it ({@code FULL}). */
    public enum AfterCrash {
        EXACT,
        FULL
    }

    /**
     * How functions run.
     *
     * @param runtimes interpreter by runtime name, e.g. {@code python3.13}, for those that the server shall not look for itself
     * @param maxEnvironments processes that may exist at once
     */
    public record Functions(
            Isolation isolation,
            boolean allowUnsandboxed,
            RuntimeFallback runtimeFallback,
            Map<String, Path> runtimes,
            int maxEnvironments) {
        public Functions {
            runtimes = Map.copyOf(runtimes);
        }
    }

    /** The walls around a function's process; {@code AUTO} takes the strongest that works here. */
    public enum Isolation {
        AUTO,
        SANDBOX,
        UNPRIVILEGED,
        PROCESS
    }

    /** What happens to a function whose runtime version is not installed. */
    public enum RuntimeFallback {
        NEAREST,
        REFUSE
    }
}
