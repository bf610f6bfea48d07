/*
 * SPDX-FileCopyrightText: The Sluice authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.sluice.gateway.netty;

import dev.sluice.limits.NanoClock;
import io.netty.buffer.ByteBuf;
import io.netty.channel.ChannelFuture;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelPromise;
import io.netty.handler.codec.http2.DefaultHttp2FrameReader;
import io.netty.handler.codec.http2.DefaultHttp2FrameWriter;
import io.netty.handler.codec.http2.Http2Error;
import io.netty.handler.codec.http2.Http2Exception;
import io.netty.handler.codec.http2.Http2Flags;
import io.netty.handler.codec.http2.Http2FrameListener;
import io.netty.handler.codec.http2.Http2FrameListenerDecorator;
import io.netty.handler.codec.http2.Http2FrameReader;
import io.netty.handler.codec.http2.Http2FrameWriter;
import io.netty.handler.codec.http2.Http2Headers;
import io.netty.handler.codec.http2.Http2HeadersDecoder;
import io.netty.handler.codec.http2.Http2Settings;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * Bounds what a client can make the server do by frames that carry no request: each costs, a reset by either side ten times as much, and what
 * was paid comes back with time and with answers sent. Who has spent all is told to calm down, and its connection ends. Confined to the event
 * loop.
 */
final class Http2Guard {
    static final int BURST = 2_000;
    static final int RESET_COST = 10;
    private static final int PER_SECOND = 100;
    private static final int SETTINGS_COST = 10;
    private static final int EMPTY_DATA_COST = 10;
    private static final int ANSWER_VALUE = 5;
    private static final int DATA_VALUE = 2;
    /** Clients open their windows by a frame or two for so much. */
    private static final int BYTES_PER_FRAME = 1_024;

    /** CONTINUATION frames of a head that are shorter than a frame may be; the size of a head is bounded besides. */
    private static final int MAX_SMALL_CONTINUATIONS = 16;

    private final NanoClock clock;
    private long left = BURST;
    private long refilledNanos;

    Http2Guard(NanoClock clock) {
        this.clock = clock;
        refilledNanos = clock.nanoTime();
    }

    /** Reads frames, and counts all there are, also those that nobody cares for. */
    Http2FrameReader reader(Http2HeadersDecoder headers) {
        return new Reader(headers);
    }

    /** Writes frames, and counts resets. */
    Http2FrameWriter writer() {
        return new Writer();
    }

    /** An answer was completed. */
    void answered() {
        earn(ANSWER_VALUE);
    }

    /** A part of an answer was sent, which the client acknowledges by frames. */
    void dataSent(int bytes) {
        earn(DATA_VALUE + bytes / BYTES_PER_FRAME);
    }

    private void earn(int value) {
        left = Math.min(BURST, left + value);
    }

    private void spend(int cost) {
        left -= cost;
    }

    private void check(boolean writable) throws Http2Exception {
        if (left >= 0) {
            return;
        }
        long now = clock.nanoTime();
        // Who does not read the answers to its frames gets nothing back.
        long refill = writable ? (now - refilledNanos) * PER_SECOND / TimeUnit.SECONDS.toNanos(1) : 0;
        if (refill > 0) {
            left = Math.min(BURST, left + refill);
            refilledNanos = now;
        }
        if (left < 0) {
            throw Http2Exception.connectionError(Http2Error.ENHANCE_YOUR_CALM, "too many frames without a request");
        }
    }

    private final class Reader extends DefaultHttp2FrameReader {
        private @Nullable Counting counting;

        Reader(Http2HeadersDecoder headers) {
            super(headers, MAX_SMALL_CONTINUATIONS);
        }

        @Override
        public void readFrame(ChannelHandlerContext ctx, ByteBuf input, Http2FrameListener listener)
                throws Http2Exception {
            check(ctx.channel().isWritable());
            Counting wrapped = counting;
            if (wrapped == null || wrapped.counted() != listener) {
                wrapped = new Counting(listener);
                counting = wrapped;
            }
            super.readFrame(ctx, input, wrapped);
        }
    }

    private final class Writer extends DefaultHttp2FrameWriter {
        @Override
        public ChannelFuture writeRstStream(
                ChannelHandlerContext ctx, int streamId, long errorCode, ChannelPromise promise) {
            spend(RESET_COST);
            return super.writeRstStream(ctx, streamId, errorCode, promise);
        }
    }

    private final class Counting extends Http2FrameListenerDecorator {
        Counting(Http2FrameListener listener) {
            super(listener);
        }

        Http2FrameListener counted() {
            return listener;
        }

        @Override
        public int onDataRead(ChannelHandlerContext ctx, int streamId, ByteBuf data, int padding, boolean endOfStream)
                throws Http2Exception {
            if (!data.isReadable() && !endOfStream) {
                spend(EMPTY_DATA_COST);
            }
            return super.onDataRead(ctx, streamId, data, padding, endOfStream);
        }

        @Override
        public void onPriorityRead(
                ChannelHandlerContext ctx, int streamId, int dependency, short weight, boolean exclusive)
                throws Http2Exception {
            spend(1);
            super.onPriorityRead(ctx, streamId, dependency, weight, exclusive);
        }

        @Override
        public void onRstStreamRead(ChannelHandlerContext ctx, int streamId, long errorCode) throws Http2Exception {
            spend(RESET_COST);
            super.onRstStreamRead(ctx, streamId, errorCode);
        }

        @Override
        public void onSettingsRead(ChannelHandlerContext ctx, Http2Settings settings) throws Http2Exception {
            spend(SETTINGS_COST);
            super.onSettingsRead(ctx, settings);
        }

        @Override
        public void onSettingsAckRead(ChannelHandlerContext ctx) throws Http2Exception {
            spend(1);
            super.onSettingsAckRead(ctx);
        }

        @Override
        public void onPingRead(ChannelHandlerContext ctx, long data) throws Http2Exception {
            spend(1);
            super.onPingRead(ctx, data);
        }

        @Override
        public void onPingAckRead(ChannelHandlerContext ctx, long data) throws Http2Exception {
            spend(1);
            super.onPingAckRead(ctx, data);
        }

        @Override
        public void onPushPromiseRead(
                ChannelHandlerContext ctx, int streamId, int promised, Http2Headers headers, int padding)
                throws Http2Exception {
            spend(RESET_COST);
            super.onPushPromiseRead(ctx, streamId, promised, headers, padding);
        }

        @Override
        public void onGoAwayRead(ChannelHandlerContext ctx, int lastStreamId, long errorCode, ByteBuf debugData)
                throws Http2Exception {
            spend(1);
            super.onGoAwayRead(ctx, lastStreamId, errorCode, debugData);
        }

        @Override
        public void onWindowUpdateRead(ChannelHandlerContext ctx, int streamId, int increment) throws Http2Exception {
            spend(1);
            super.onWindowUpdateRead(ctx, streamId, increment);
        }

        @Override
        public void onUnknownFrame(
                ChannelHandlerContext ctx, byte type, int streamId, Http2Flags flags, ByteBuf payload)
                throws Http2Exception {
            spend(1);
            super.onUnknownFrame(ctx, type, streamId, flags, payload);
        }
    }
}
