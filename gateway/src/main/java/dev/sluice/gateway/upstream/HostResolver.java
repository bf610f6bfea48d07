/*
 * SPDX-FileCopyrightText: The Sluice authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.sluice.gateway.upstream;

import io.netty.channel.EventLoop;
import io.netty.util.NetUtil;
import java.net.InetAddress;
import java.net.UnknownHostException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;

/**
 * Finds the addresses of a host as the system does, on a virtual thread: at most one look-up per host at a time. The JDK remembers answers.
 * Confined to the event loop.
 */
final class HostResolver {
    private final EventLoop eventLoop;
    private final Map<String, List<Consumer<List<InetAddress>>>> waiting = new HashMap<>();

    HostResolver(EventLoop eventLoop) {
        this.eventLoop = eventLoop;
    }

    /** @param found called on the event loop, with an empty list for an unknown host */
    void resolve(String host, Consumer<List<InetAddress>> found) {
        InetAddress literal = NetUtil.createInetAddressFromIpAddressString(host);
        if (literal != null) {
            found.accept(List.of(literal));
            return;
        }
        List<Consumer<List<InetAddress>>> others = waiting.get(host);
        if (others != null) {
            others.add(found);
            return;
        }
        waiting.put(host, new ArrayList<>(List.of(found)));
        Thread.ofVirtual().name("resolve " + host).start(() -> {
            List<InetAddress> addresses = lookUp(host);
            eventLoop.execute(() -> hand(host, addresses));
        });
    }

    private void hand(String host, List<InetAddress> addresses) {
        List<Consumer<List<InetAddress>>> all = waiting.remove(host);
        if (all != null) {
            all.forEach(found -> found.accept(addresses));
        }
    }

    private static List<InetAddress> lookUp(String host) {
        try {
            return List.of(InetAddress.getAllByName(host));
        } catch (UnknownHostException e) {
            return List.of();
        }
    }
}
