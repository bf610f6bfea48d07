/*
 * SPDX-FileCopyrightText: The Sluice authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.sluice.gateway.filter;

import dev.sluice.gateway.IpAddress;
import dev.sluice.gateway.Network;
import dev.sluice.gateway.http.FieldLines;
import dev.sluice.gateway.http.KnownField;
import dev.sluice.gateway.http.RequestHead.Connection;
import dev.sluice.limits.SourceTable;
import java.net.InetAddress;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * Who a request comes from. Without trusted proxies, or from a peer that is none, it is the peer, whatever the request says of itself. A
 * trusted proxy's {@code X-Forwarded-For} is read from its end, where that proxy wrote: trusted addresses are passed over, the first other
 * one is the client's; what is no address ends the reading, and the last one before counts. Immutable.
 */
public final class ClientAddress {
    private static final int HTTP_PORT = 80;
    private static final int HTTPS_PORT = 443;
    private static final int MAX_PORT_DIGITS = 5;
    private static final int MAX_PORT = 65_535;

    private final List<Network> trusted;

    /** @param trusted the networks of the proxies whose word is taken */
    public ClientAddress(List<Network> trusted) {
        this.trusted = List.copyOf(trusted);
    }

    /**
     * A connection as it is.
     *
     * @param peer null where it is not known
     */
    public Connection connected(@Nullable InetAddress peer, int localPort, String scheme) {
        if (peer == null) {
            return new Connection("", 0, localPort, scheme, "", false);
        }
        IpAddress address = IpAddress.of(peer);
        String text = address.toString();
        return new Connection(text, source(address), localPort, scheme, text, isTrusted(address));
    }

    /** What a request is to be seen as that came over a connection. */
    public Connection behind(Connection peer, FieldLines fields) {
        if (!peer.trusted()) {
            return peer;
        }
        IpAddress client = client(fields.values(KnownField.X_FORWARDED_FOR));
        String scheme = scheme(fields.values(KnownField.X_FORWARDED_PROTO));
        int port = port(last(fields.values(KnownField.X_FORWARDED_PORT)));
        if (port < 0) {
            port = scheme == null ? peer.localPort() : scheme.equals("https") ? HTTPS_PORT : HTTP_PORT;
        }
        return new Connection(
                client == null ? peer.sourceIp() : client.toString(),
                client == null ? peer.source() : source(client),
                port,
                scheme == null ? peer.scheme() : scheme,
                peer.peerIp(),
                true);
    }

    /** Null where nothing was told. */
    private @Nullable IpAddress client(List<String> lines) {
        IpAddress client = null;
        for (String line : lines.reversed()) {
            int end = line.length();
            while (end >= 0) {
                int comma = line.lastIndexOf(',', end - 1);
                Optional<IpAddress> told =
                        address(line.substring(comma + 1, end).strip());
                if (told.isEmpty()) {
                    return client;
                }
                client = told.get();
                if (!isTrusted(client)) {
                    return client;
                }
                end = comma;
            }
        }
        return client;
    }

    /** Of {@code 1.2.3.4}, {@code 1.2.3.4:55}, {@code ::1}, {@code [::1]} and {@code [::1]:55} the address. */
    private static Optional<IpAddress> address(String told) {
        if (told.startsWith("[")) {
            int bracket = told.indexOf(']');
            boolean closed = bracket > 0 && isPortOrNothing(told.substring(bracket + 1));
            String inside = closed ? told.substring(1, bracket) : "";
            return inside.indexOf(':') < 0 ? Optional.empty() : IpAddress.parse(inside);
        }
        int colon = told.indexOf(':');
        if (colon >= 0 && colon == told.lastIndexOf(':')) {
            return isPortOrNothing(told.substring(colon))
                    ? IpAddress.parse(told.substring(0, colon))
                    : Optional.empty();
        }
        return IpAddress.parse(told);
    }

    private static boolean isPortOrNothing(String rest) {
        return rest.isEmpty() || rest.charAt(0) == ':' && port(rest.substring(1)) >= 0;
    }

    private static @Nullable String scheme(List<String> lines) {
        String told = last(lines).toLowerCase(Locale.ROOT);
        return told.equals("http") || told.equals("https") ? told : null;
    }

    /** -1 for what is none. */
    private static int port(String told) {
        boolean digits = !told.isEmpty()
                && told.length() <= MAX_PORT_DIGITS
                && told.chars().allMatch(c -> c >= '0' && c <= '9');
        int port = digits ? Integer.parseInt(told) : 0;
        return port >= 1 && port <= MAX_PORT ? port : -1;
    }

    /** What the nearest proxy wrote; empty for nothing. */
    private static String last(List<String> lines) {
        if (lines.isEmpty()) {
            return "";
        }
        String line = lines.getLast();
        return line.substring(line.lastIndexOf(',') + 1).strip();
    }

    private boolean isTrusted(IpAddress address) {
        for (Network network : trusted) {
            if (network.contains(address)) {
                return true;
            }
        }
        return false;
    }

    private static long source(IpAddress address) {
        return SourceTable.sourceOf(address.bytes());
    }
}
