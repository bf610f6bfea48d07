/*
 * SPDX-FileCopyrightText: The Sluice authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.sluice.gateway.attack;

import dev.sluice.gateway.netty.TestGateway;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.StandardSocketOptions;
import java.nio.ByteBuffer;
import java.nio.channels.SocketChannel;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.locks.LockSupport;

/** Many connections that hardly move: heads without end, bodies byte by byte, answers that nobody reads. Closed by another thread. */
final class SlowClients implements AutoCloseable {
    private static final long ROUND_NANOS = 1_000_000_000;
    private static final int RECEIVE_BYTES = 4_096;
    /** Of ten, one sends a body, and one does not read. */
    private static final int KINDS = 10;

    private static final int BODY = 8;
    private static final int READ = 9;

    private final List<SocketChannel> all = new ArrayList<>();
    private final Thread dripping;
    private volatile boolean closed;

    private SlowClients() {
        dripping = Thread.ofPlatform().name("slow-clients").unstarted(this::drip);
    }

    /** Most with heads; each sends one byte a second, but for those that do not read. */
    static SlowClients open(TestGateway gateway, int count) throws IOException {
        SlowClients clients = new SlowClients();
        for (int i = 0; i < count; i++) {
            clients.all.add(open(gateway.port(), i));
        }
        clients.dripping.start();
        return clients;
    }

    private static SocketChannel open(int port, int number) throws IOException {
        SocketChannel channel = SocketChannel.open();
        channel.setOption(StandardSocketOptions.SO_RCVBUF, RECEIVE_BYTES);
        channel.connect(new InetSocketAddress(InetAddress.getLoopbackAddress(), port));
        String request = switch (number % KINDS) {
            case BODY -> TestGateway.request("POST", "/slow", "Content-Length: 1000000\r\n");
            case READ -> TestGateway.request("GET", "/large");
            default -> "GET /dev/slow HTTP/1.1\r\nX-";
        };
        channel.write(ByteBuffer.wrap(request.getBytes(StandardCharsets.US_ASCII)));
        channel.configureBlocking(false);
        return channel;
    }

    /** How many of some the gateway has to call an upstream for. */
    static int calling(int count) {
        return count / KINDS * 2;
    }

    /** Of those that the gateway has not ended. */
    int open() throws IOException {
        int open = 0;
        ByteBuffer one = ByteBuffer.allocate(1);
        for (int i = 0; i < all.size(); i++) {
            // Those that wait for a large answer would read of it for long.
            boolean ended =
                    !all.get(i).isOpen() || (i % KINDS != READ && all.get(i).read(one.clear()) < 0);
            open += ended ? 0 : 1;
        }
        return open;
    }

    private void drip() {
        ByteBuffer one = ByteBuffer.wrap(new byte[] {'a'});
        while (!closed) {
            for (int i = 0; i < all.size() && !closed; i++) {
                if (i % KINDS == READ) {
                    continue;
                }
                LockSupport.parkNanos(ROUND_NANOS / all.size());
                try {
                    all.get(i).write(one.clear());
                } catch (IOException e) {
                    // The gateway has had enough of it.
                    continue;
                }
            }
        }
    }

    @Override
    public void close() throws IOException {
        closed = true;
        try {
            dripping.join();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
        for (SocketChannel channel : all) {
            channel.close();
        }
    }
}
