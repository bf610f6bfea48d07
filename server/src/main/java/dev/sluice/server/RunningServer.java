/*
 * SPDX-FileCopyrightText: The Sluice authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.sluice.server;

import dev.sluice.server.settings.Settings;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.URI;

/** A server whose listeners accept. */
interface RunningServer extends AutoCloseable {
    /** Builds and starts one. */
    @FunctionalInterface
    interface Factory {
        /** @throws IOException when the folder or an address cannot be had; nothing is left open then */
        RunningServer start(Settings settings, Identity identity) throws IOException;
    }

    URI admin();

    URI http();

    URI https();

    /** Lets requests that are under way end, then stops everything. */
    @Override
    void close();

    /** The URL for clients on this machine of a listener bound to {@code address}. */
    static URI url(String scheme, InetSocketAddress address) {
        var ip = address.getAddress();
        var host = ip.isAnyLocalAddress() ? "127.0.0.1" : ip.getHostAddress();
        return URI.create(scheme + "://" + (host.indexOf(':') < 0 ? host : "[" + host + "]") + ":" + address.getPort());
    }
}
