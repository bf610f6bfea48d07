/*
 * SPDX-FileCopyrightText: The Sluice authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.sluice.gateway.netty;

import dev.sluice.gateway.http.RequestHead;
import dev.sluice.limits.SourceTable;
import io.netty.channel.Channel;
import java.net.InetSocketAddress;
import java.net.SocketAddress;
import org.jspecify.annotations.Nullable;

/** Who is at the other end of a channel. */
final class Peers {
    private Peers() {}

    static RequestHead.Connection of(Channel channel, String scheme) {
        SocketAddress remote = channel.remoteAddress();
        return new RequestHead.Connection(ip(remote), source(remote), port(channel.localAddress()), scheme);
    }

    private static String ip(@Nullable SocketAddress address) {
        return address instanceof InetSocketAddress inet && inet.getAddress() != null
                ? inet.getAddress().getHostAddress()
                : "";
    }

    private static long source(@Nullable SocketAddress address) {
        return address instanceof InetSocketAddress inet && inet.getAddress() != null
                ? SourceTable.sourceOf(inet.getAddress().getAddress())
                : 0;
    }

    private static int port(@Nullable SocketAddress address) {
        return address instanceof InetSocketAddress inet ? inet.getPort() : 0;
    }
}
