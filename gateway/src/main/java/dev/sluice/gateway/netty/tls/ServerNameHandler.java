/*
 * SPDX-FileCopyrightText: The Sluice authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.sluice.gateway.netty.tls;

import io.netty.channel.ChannelHandlerContext;
import io.netty.handler.ssl.AbstractSniHandler;
import io.netty.handler.ssl.SslHandler;
import io.netty.util.ReferenceCountUtil;
import io.netty.util.concurrent.Future;
import java.time.Duration;
import org.jspecify.annotations.Nullable;

/** Waits for the name in a client's hello and gives its place to the TLS of that name. Confined to the event loop. */
final class ServerNameHandler extends AbstractSniHandler<SslHandler> {
    /** As much as BoringSSL takes; key shares and tickets are far below. */
    private static final int MAX_HELLO_BYTES = 16_384;

    private final ServerTls tls;

    ServerNameHandler(ServerTls tls, Duration timeout) {
        super(MAX_HELLO_BYTES, timeout.toMillis());
        this.tls = tls;
    }

    @Override
    protected Future<SslHandler> lookup(ChannelHandlerContext ctx, @Nullable String hostname) {
        return ctx.executor().newSucceededFuture(tls.handler(hostname == null ? "" : hostname, ctx.alloc()));
    }

    @Override
    protected void onLookupComplete(ChannelHandlerContext ctx, @Nullable String hostname, Future<SslHandler> future) {
        SslHandler handler = future.getNow();
        try {
            ctx.pipeline().replace(this, "tls", handler);
        } catch (RuntimeException e) {
            // Never in the pipeline, so nobody else lets go of the engine.
            ReferenceCountUtil.safeRelease(handler.engine());
            throw e;
        }
    }
}
