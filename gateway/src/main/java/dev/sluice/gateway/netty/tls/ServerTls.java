/*
 * SPDX-FileCopyrightText: The Sluice authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.sluice.gateway.netty.tls;

import dev.sluice.gateway.Certificates;
import dev.sluice.gateway.GatewaySettings.Tls;
import dev.sluice.gateway.ServerCertificate;
import dev.sluice.limits.NanoClock;
import io.netty.buffer.ByteBufAllocator;
import io.netty.channel.ChannelPipeline;
import io.netty.handler.ssl.SslContext;
import io.netty.handler.ssl.SslHandler;
import io.netty.util.ReferenceCountUtil;
import java.security.SecureRandom;
import java.time.Duration;
import java.util.HashMap;
import java.util.Map;
import java.util.concurrent.locks.ReadWriteLock;
import java.util.concurrent.locks.ReentrantReadWriteLock;

/**
 * TLS of one listener: what it presents can be replaced while it serves. New connections get what is presented then; those that
 * are there keep what they began with. Thread-safe.
 *
 * <p>BoringSSL's contexts are native memory. A connection's engine keeps its own alive; the lock keeps one from being freed between being
 * looked up and being used.
 */
public final class ServerTls implements AutoCloseable {
    private final TlsEngine engine;
    private final Duration handshake;
    private final TicketKeys tickets;
    private final ReadWriteLock lock = new ReentrantReadWriteLock();
    private volatile Presented presented;
    private boolean closed;

    private ServerTls(TlsEngine engine, Duration handshake, TicketKeys tickets) {
        this.engine = engine;
        this.handshake = handshake;
        this.tickets = tickets;
        presented = Presented.NOTHING;
    }

    /**
     * @param handshake how long one may take
     * @param clock of the ticket keys' periods
     * @throws IllegalArgumentException when the provider does not work here, or cannot use a certificate
     */
    public static ServerTls open(Tls settings, Duration handshake, NanoClock clock) {
        TlsEngine engine = TlsEngine.of(settings.provider(), settings.ticketKeyPeriod());
        ServerTls tls =
                new ServerTls(engine, handshake, new TicketKeys(clock, settings.ticketKeyPeriod(), new SecureRandom()));
        tls.present(settings.certificates());
        return tls;
    }

    /**
     * Presents these from now on. A certificate that stays the same keeps its sessions.
     *
     * @throws IllegalArgumentException naming one that cannot be used; then nothing has changed
     */
    public synchronized void present(Certificates certificates) {
        if (closed) {
            return;
        }
        Presented before = presented;
        Map<ServerCertificate, SslContext> contexts = new HashMap<>();
        try {
            add(contexts, before, "by default", certificates.byDefault());
            certificates.byName().forEach((name, certificate) -> add(contexts, before, name, certificate));
        } catch (IllegalArgumentException e) {
            release(contexts, before.contexts());
            throw e;
        }
        swap(Presented.of(certificates, contexts));
    }

    /** @throws IllegalArgumentException when the certificate could not be presented */
    public synchronized void check(ServerCertificate certificate) {
        if (!presented.contexts().containsKey(certificate)) {
            ReferenceCountUtil.release(engine.context(certificate, tickets.of(certificate)));
        }
    }

    /** To be called now and then, a few times a period at least. */
    public synchronized void rotateTicketKeysIfDue() {
        if (!closed && tickets.rotateIfDue()) {
            presented.contexts().forEach((certificate, context) -> engine.seal(context, tickets.of(certificate)));
        }
    }

    /** Puts TLS before what reads requests. On the channel's event loop. */
    public void addTo(ChannelPipeline pipeline) {
        engine.addGuard(pipeline);
        if (presented.byName().isEmpty()) {
            pipeline.addLast(handler("", pipeline.channel().alloc()));
        } else {
            pipeline.addLast(new ServerNameHandler(this, handshake));
        }
    }

    /** @param name in lower case; empty when the client gave none */
    SslHandler handler(String name, ByteBufAllocator allocator) {
        lock.readLock().lock();
        try {
            SslHandler handler = presented.find(name).newHandler(allocator);
            handler.setHandshakeTimeoutMillis(handshake.toMillis());
            return handler;
        } finally {
            lock.readLock().unlock();
        }
    }

    /** To be called when no connection is accepted any more; those that are there are not affected. */
    @Override
    public synchronized void close() {
        closed = true;
        swap(Presented.NOTHING);
    }

    private void add(
            Map<ServerCertificate, SslContext> contexts, Presented before, String name, ServerCertificate certificate) {
        if (!contexts.containsKey(certificate)) {
            SslContext known = before.contexts().get(certificate);
            contexts.put(certificate, known != null ? known : made(name, certificate));
        }
    }

    private SslContext made(String name, ServerCertificate certificate) {
        try {
            return engine.context(certificate, tickets.of(certificate));
        } catch (IllegalArgumentException e) {
            throw new IllegalArgumentException("certificate " + name + ": " + e.getMessage(), e);
        }
    }

    private void swap(Presented next) {
        Presented before = presented;
        lock.writeLock().lock();
        try {
            presented = next;
        } finally {
            lock.writeLock().unlock();
        }
        release(before.contexts(), next.contexts());
    }

    private static void release(
            Map<ServerCertificate, SslContext> contexts, Map<ServerCertificate, SslContext> butNot) {
        contexts.forEach((certificate, context) -> {
            if (!butNot.containsKey(certificate)) {
                ReferenceCountUtil.release(context);
            }
        });
    }
}
