/*
 * SPDX-FileCopyrightText: The Sluice authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.sluice.gateway;

import dev.sluice.limits.Limit;
import java.net.InetAddress;
import java.net.UnknownHostException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.HashSet;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * How the data plane listens and what it bounds; immutable.
 *
 * @param host address or name to listen on
 * @param httpPort 0 for any free one
 * @param tls null for no HTTPS listener
 * @param eventLoops 1 or more
 * @param strictAws answers carry nothing that Amazon API Gateway does not send
 * @param announcing what answers say of limits; has no effect with {@code strictAws}
 * @param limits bounds on what a client may send
 * @param times how long what may take
 * @param egress where integrations may not go
 * @param guessing what a client address may guess API keys; null for as much as it likes
 */
public record GatewaySettings(
        String host,
        int httpPort,
        @Nullable Tls tls,
        int eventLoops,
        boolean strictAws,
        Announcing announcing,
        Bounds limits,
        Times times,
        Egress egress,
        @Nullable Guessing guessing) {
    public GatewaySettings {
        checkPort("httpPort", httpPort);
        if (eventLoops < 1) {
            throw new IllegalArgumentException("eventLoops: " + eventLoops + " (expected: 1 or more)");
        }
    }

    /** Plain HTTP on all addresses, one event loop per core, everything else by default. */
    public static GatewaySettings http(int port) {
        int cores = Runtime.getRuntime().availableProcessors();
        return new GatewaySettings(
                "0.0.0.0",
                port,
                null,
                cores,
                false,
                Announcing.DEFAULT,
                Bounds.DEFAULT,
                Times.DEFAULT,
                Egress.refusingLocalPorts(Set.of()),
                null);
    }

    public GatewaySettings withHost(String other) {
        return new GatewaySettings(
                other, httpPort, tls, eventLoops, strictAws, announcing, limits, times, egress, guessing);
    }

    public GatewaySettings withTls(@Nullable Tls other) {
        return new GatewaySettings(
                host, httpPort, other, eventLoops, strictAws, announcing, limits, times, egress, guessing);
    }

    public GatewaySettings withStrictAws(boolean other) {
        return new GatewaySettings(host, httpPort, tls, eventLoops, other, announcing, limits, times, egress, guessing);
    }

    public GatewaySettings withAnnouncing(Announcing other) {
        return new GatewaySettings(host, httpPort, tls, eventLoops, strictAws, other, limits, times, egress, guessing);
    }

    public GatewaySettings withLimits(Bounds other) {
        return new GatewaySettings(
                host, httpPort, tls, eventLoops, strictAws, announcing, other, times, egress, guessing);
    }

    public GatewaySettings withTimes(Times other) {
        return new GatewaySettings(
                host, httpPort, tls, eventLoops, strictAws, announcing, limits, other, egress, guessing);
    }

    public GatewaySettings withEgress(Egress other) {
        return new GatewaySettings(
                host, httpPort, tls, eventLoops, strictAws, announcing, limits, times, other, guessing);
    }

    public GatewaySettings withGuessing(@Nullable Guessing other) {
        return new GatewaySettings(
                host, httpPort, tls, eventLoops, strictAws, announcing, limits, times, egress, other);
    }

    private static void checkPort(String name, int port) {
        if (port < 0 || port > 65535) {
            throw new IllegalArgumentException(name + ": " + port + " (expected: 0 to 65535)");
        }
    }

    /**
     * The HTTPS listener.
     *
     * @param host address or name to listen on
     * @param certificateChain PEM, the server's certificate first
     * @param privateKey PEM, PKCS#8, not encrypted
     */
    public record Tls(String host, int port, Path certificateChain, Path privateKey) {
        public Tls {
            checkPort("httpsPort", port);
        }
    }

    /**
     * What answers say of limits.
     *
     * @param onAdmitted also on the answers of admitted requests, not on refusals alone
     */
    public record Announcing(RateLimitHeaders headers, boolean onAdmitted, ThrottleBody body) {
        public static final Announcing DEFAULT = new Announcing(RateLimitHeaders.STANDARD, false, ThrottleBody.AWS);
    }

    /** The fields that tell how much of a limit is left. */
    public enum RateLimitHeaders {
        /** RateLimit-Policy and RateLimit, by draft-ietf-httpapi-ratelimit-headers-10. */
        STANDARD,
        /** X-RateLimit-Limit, -Remaining, -Reset (in seconds) and -Policy. */
        LEGACY,
        NONE
    }

    /** The body of a 429. */
    public enum ThrottleBody {
        /** Amazon API Gateway's, byte for byte. */
        AWS,
        /** RFC 9457, with the problem type {@code quota-exceeded} of the RateLimit draft. */
        PROBLEM
    }

    /** The defaults are Amazon API Gateway's. */
    public record Bounds(int urlBytes, int headerBytes, long bodyBytes) {
        public static final Bounds DEFAULT = new Bounds(10_240, 10_240, 10_485_760);
    }

    /**
     * @param head from a request's first byte to the end of its head
     * @param idle a connection without a request, a request body or an answer that does not move
     * @param connect to an upstream
     * @param upstreamIdle a pooled upstream connection; below the upstreams' own
     * @param quotaWait until a quota reservation is on disk, else the request is refused
     * @param drain of requests in flight when the gateway closes
     */
    public record Times(
            Duration head, Duration idle, Duration connect, Duration upstreamIdle, Duration quotaWait, Duration drain) {
        public static final Times DEFAULT = new Times(
                Duration.ofSeconds(10),
                Duration.ofSeconds(60),
                Duration.ofSeconds(5),
                Duration.ofSeconds(4),
                Duration.ofSeconds(5),
                Duration.ofSeconds(30));
    }

    /**
     * How many requests with an unknown or disabled key a client address may send before it is told 429 instead of 403.
     *
     * @param sources how many addresses are told apart, see {@link dev.sluice.limits.SourceTable}
     */
    public record Guessing(Limit perSource, int sources) {}

    /**
     * Where an integration may not go, whatever its name resolves to.
     *
     * @param addresses refused on any port
     * @param localPorts refused on every address of this machine: the admin plane's
     * @param trusted PEM, certificates that upstreams' are checked against; null for the JDK's
     */
    public record Egress(
            Set<InetAddress> addresses,
            Set<Integer> localPorts,
            @Nullable Path trusted) {
        public Egress {
            addresses = Set.copyOf(addresses);
            localPorts = Set.copyOf(localPorts);
        }

        /** Refuses the clouds' metadata addresses as well. */
        public static Egress refusingLocalPorts(Set<Integer> localPorts) {
            Set<InetAddress> metadata = new HashSet<>();
            metadata.add(address(169, 254, 169, 254));
            metadata.add(address(0xfd, 0, 0x0e, 0xc2, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0x02, 0x54));
            return new Egress(metadata, localPorts, null);
        }

        public Egress withTrusted(@Nullable Path certificates) {
            return new Egress(addresses, localPorts, certificates);
        }

        private static InetAddress address(int... octets) {
            byte[] bytes = new byte[octets.length];
            for (int i = 0; i < octets.length; i++) {
                bytes[i] = (byte) octets[i];
            }
            try {
                return InetAddress.getByAddress(bytes);
            } catch (UnknownHostException e) {
                throw new IllegalStateException("octets: " + octets.length, e);
            }
        }
    }
}
