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
import java.util.List;
import java.util.Set;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/** How the data plane listens and what it bounds; immutable. */
public final class GatewaySettings {
    /** With so many there is room for one body of Amazon API Gateway's greatest size, whatever the event loops have fetched ahead. */
    public static final long LEAST_GATHERED_BYTES = 25_165_824;

    private final Values values;

    private GatewaySettings(Values values) {
        this.values = values;
    }

    /**
     * Plain HTTP on all addresses, one event loop per core, everything else by default.
     *
     * @param port 0 for any free one
     */
    public static GatewaySettings http(int port) {
        return new GatewaySettings(new Values()).withHttpPort(port);
    }

    /** Address or name to listen on. */
    public String host() {
        return values.host;
    }

    public GatewaySettings withHost(String other) {
        return with(changed -> changed.host = other);
    }

    /** 0 for any free one. */
    public int httpPort() {
        return values.httpPort;
    }

    public GatewaySettings withHttpPort(int other) {
        int port = checked(other);
        return with(changed -> changed.httpPort = port);
    }

    /** Null for no HTTPS listener. */
    public @Nullable Tls tls() {
        return values.tls;
    }

    public GatewaySettings withTls(@Nullable Tls other) {
        return with(changed -> changed.tls = other);
    }

    /** How sockets are driven. */
    public TransportKind transport() {
        return values.transport;
    }

    public GatewaySettings withTransport(TransportKind other) {
        return with(changed -> changed.transport = other);
    }

    /** 1 or more. */
    public int eventLoops() {
        return values.eventLoops;
    }

    /** @throws IllegalArgumentException unless it is 1 or more */
    public GatewaySettings withEventLoops(int other) {
        int loops = positive("eventLoops", other);
        return with(changed -> changed.eventLoops = loops);
    }

    /** Whether answers carry nothing that Amazon API Gateway does not send. */
    public boolean strictAws() {
        return values.strictAws;
    }

    public GatewaySettings withStrictAws(boolean other) {
        return with(changed -> changed.strictAws = other);
    }

    /** What answers say of limits; has no effect with {@link #strictAws}. */
    public Announcing announcing() {
        return values.announcing;
    }

    public GatewaySettings withAnnouncing(Announcing other) {
        return with(changed -> changed.announcing = other);
    }

    /** Bounds on what a client may send. */
    public Bounds limits() {
        return values.limits;
    }

    public GatewaySettings withLimits(Bounds other) {
        return with(changed -> changed.limits = other);
    }

    /** How long what may take. */
    public Times times() {
        return values.times;
    }

    public GatewaySettings withTimes(Times other) {
        return with(changed -> changed.times = other);
    }

    /** How slowly a request's body may come. */
    public BodyPace bodyPace() {
        return values.bodyPace;
    }

    public GatewaySettings withBodyPace(BodyPace other) {
        return with(changed -> changed.bodyPace = other);
    }

    /** Of clients, at once, over all listeners; more are closed as they come. */
    public int maxConnections() {
        return values.maxConnections;
    }

    public GatewaySettings withMaxConnections(int other) {
        int most = positive("maxConnections", other);
        return with(changed -> changed.maxConnections = most);
    }

    /** To one upstream, at once, over all event loops; a request that would need more gets an integration failure. */
    public int maxUpstreamConnections() {
        return values.maxUpstreamConnections;
    }

    public GatewaySettings withMaxUpstreamConnections(int other) {
        int most = positive("maxUpstreamConnections", other);
        return with(changed -> changed.maxUpstreamConnections = most);
    }

    /**
     * Of request bodies and answers of back ends that are kept whole at once, in bytes, over all event loops. One body may have up to about
     * half of what no other has; a request that would need more is refused by 503.
     */
    public long maxGatheredBytes() {
        return values.maxGatheredBytes;
    }

    public GatewaySettings withMaxGatheredBytes(long other) {
        if (other < 1) {
            throw new IllegalArgumentException("maxGatheredBytes: " + other + " (expected: 1 or more)");
        }
        return with(changed -> changed.maxGatheredBytes = other);
    }

    /** Where integrations may not go. */
    public Egress egress() {
        return values.egress;
    }

    public GatewaySettings withEgress(Egress other) {
        return with(changed -> changed.egress = other);
    }

    /** What a client address may guess API keys; null for as much as it likes. */
    public @Nullable Guessing guessing() {
        return values.guessing;
    }

    public GatewaySettings withGuessing(@Nullable Guessing other) {
        return with(changed -> changed.guessing = other);
    }

    /** Whose word on clients' addresses is taken; none by default. */
    public List<Network> trustedProxies() {
        return values.trustedProxies;
    }

    public GatewaySettings withTrustedProxies(List<Network> other) {
        List<Network> networks = List.copyOf(other);
        return with(changed -> changed.trustedProxies = networks);
    }

    private GatewaySettings with(Consumer<Values> change) {
        Values changed = values.copy();
        change.accept(changed);
        return new GatewaySettings(changed);
    }

    private static int positive(String name, int number) {
        if (number < 1) {
            throw new IllegalArgumentException(name + ": " + number + " (expected: 1 or more)");
        }
        return number;
    }

    private static int checked(int port) {
        if (port < 0 || port > 65535) {
            throw new IllegalArgumentException("port: " + port + " (expected: 0 to 65535)");
        }
        return port;
    }

    /** Written before it is in a {@link GatewaySettings}, only read from then on. */
    private static final class Values implements Cloneable {
        String host = "0.0.0.0";
        int httpPort;

        @Nullable
        Tls tls;

        TransportKind transport = TransportKind.AUTO;
        int eventLoops = Runtime.getRuntime().availableProcessors();
        boolean strictAws;
        Announcing announcing = Announcing.DEFAULT;
        Bounds limits = Bounds.DEFAULT;
        Times times = Times.DEFAULT;
        BodyPace bodyPace = BodyPace.DEFAULT;
        int maxConnections = 65_536;
        int maxUpstreamConnections = 8_192;
        long maxGatheredBytes =
                Math.max(LEAST_GATHERED_BYTES, Runtime.getRuntime().maxMemory() / 4);
        Egress egress = Egress.refusingLocalPorts(Set.of());

        @Nullable
        Guessing guessing;

        List<Network> trustedProxies = List.of();

        Values copy() {
            try {
                return (Values) clone();
            } catch (CloneNotSupportedException e) {
                throw new IllegalStateException(e);
            }
        }
    }

    /**
     * The HTTPS listener.
     *
     * @param host address or name to listen on
     * @param certificates presented at first, until {@code Gateway.present}
     * @param ticketKeyPeriod until new session tickets are sealed with a new key; of the JDK's provider half of a session's life
     */
    public record Tls(
            String host, int port, Certificates certificates, TlsProvider provider, Duration ticketKeyPeriod) {
        public static final Duration TICKET_KEY_PERIOD = Duration.ofHours(12);

        /** @throws IllegalArgumentException for a port out of range, or a period below a second */
        public Tls {
            checked(port);
            if (ticketKeyPeriod.toSeconds() < 1) {
                throw new IllegalArgumentException("ticketKeyPeriod: " + ticketKeyPeriod + " (expected: 1 s or more)");
            }
        }

        /** Everything else by default. */
        public static Tls of(String host, int port, Certificates certificates) {
            return new Tls(host, port, certificates, TlsProvider.AUTO, TICKET_KEY_PERIOD);
        }
    }

    /** Whose TLS it is; {@code AUTO} is BoringSSL where it loads, else the JDK's. */
    public enum TlsProvider {
        AUTO,
        BORINGSSL,
        JDK
    }

    /** The kernel's interface to sockets; {@code AUTO} is epoll where it is there, else the JDK's. */
    public enum TransportKind {
        AUTO,
        EPOLL,
        IO_URING,
        NIO
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
     * @param grace before the pace counts
     * @param bytesPerSecond from the time that the body is waited for; 0 for any
     */
    public record BodyPace(Duration grace, long bytesPerSecond) {
        public static final BodyPace DEFAULT = new BodyPace(Duration.ofSeconds(5), 240);
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
