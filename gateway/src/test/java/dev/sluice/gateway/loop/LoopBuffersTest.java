/*
 * SPDX-FileCopyrightText: The Sluice authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.sluice.gateway.loop;

import static org.assertj.core.api.Assertions.assertThat;

import io.netty.bootstrap.Bootstrap;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufUtil;
import io.netty.channel.Channel;
import io.netty.channel.ChannelFuture;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.channel.ChannelInitializer;
import io.netty.channel.ChannelOption;
import io.netty.channel.MultiThreadIoEventLoopGroup;
import io.netty.channel.epoll.EpollIoHandler;
import io.netty.channel.epoll.EpollSocketChannel;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Random;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.Callable;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Over sockets of the kernel's, of which one end is one of an event loop's channels. */
class LoopBuffersTest {
    private static final int MORE_THAN_SOCKETS_HOLD = 32 << 20;
    private static final long SECONDS = 30;

    private final MultiThreadIoEventLoopGroup loops = new MultiThreadIoEventLoopGroup(1, EpollIoHandler.newFactory());
    private final LoopBuffers buffers = new LoopBuffers();
    private final BlockingQueue<ByteBuf> reads = new LinkedBlockingQueue<>();
    private ServerSocket server;

    @BeforeEach
    void listen() throws Exception {
        server = new ServerSocket(0, 8, InetAddress.getLoopbackAddress());
    }

    @AfterEach
    void stop() throws Exception {
        server.close();
        reads.forEach(ByteBuf::release);
        assertThat(loops.shutdownGracefully(0, SECONDS, TimeUnit.SECONDS).await(SECONDS, TimeUnit.SECONDS))
                .isTrue();
        // Not before: a channel whose peer leaves reads once more.
        buffers.close();
    }

    @Test
    void whatTheSocketTakesIsSentAtOnceAndItsBufferLentAgain() throws Exception {
        Channel channel = connect();
        try (Socket peer = server.accept()) {
            Outlet outlet = onLoop(() -> buffers.outlet(channel));

            ByteBuf first = onLoop(() -> outlet.buffer(5));
            ChannelFuture sending = onLoop(() -> outlet.send(first.writeBytes(bytes("first"))));
            assertThat(sending).isNull();
            ByteBuf second = onLoop(() -> outlet.buffer(6));
            assertThat(second).isSameAs(first);
            assertThat(onLoop(() -> outlet.send(second.writeBytes(bytes("second")))))
                    .isNull();

            assertThat(peer.getInputStream().readNBytes(11)).isEqualTo(bytes("firstsecond"));
        }
    }

    @Test
    void whatTheSocketDoesNotTakeWaitsAndWhatComesBehindStaysBehind() throws Exception {
        Channel channel = connect();
        try (Socket peer = server.accept()) {
            Outlet outlet = onLoop(() -> buffers.outlet(channel));
            byte[] much = new byte[MORE_THAN_SOCKETS_HOLD];
            Arrays.fill(much, (byte) 'm');

            ChannelFuture waiting =
                    onLoop(() -> outlet.send(outlet.buffer(much.length).writeBytes(much)));
            ByteBuf lent = onLoop(() -> outlet.buffer(1).writeBytes(bytes("1")));
            ChannelFuture behind = onLoop(() -> outlet.send(lent));
            ByteBuf other = onLoop(() -> outlet.buffer(1).writeBytes(bytes("2")));

            assertThat(waiting).isNotNull();
            assertThat(waiting.isDone()).isFalse();
            assertThat(behind).isNotNull();
            assertThat(other).isSameAs(lent);
            ChannelFuture last = onLoop(() -> outlet.send(other));
            assertThat(peer.getInputStream().readNBytes(much.length)).isEqualTo(much);
            assertThat(peer.getInputStream().readNBytes(2)).isEqualTo(bytes("12"));
            assertThat(last).isNotNull();
            assertThat(last.await(SECONDS, TimeUnit.SECONDS)).isTrue();
            assertThat(last.isSuccess()).isTrue();
        }
    }

    @Test
    void whatWasWrittenAndNotFlushedGoesFirst() throws Exception {
        Channel channel = connect();
        try (Socket peer = server.accept()) {
            Outlet outlet = onLoop(() -> buffers.outlet(channel));
            onLoop(() -> {
                outlet.write(outlet.buffer(1).writeBytes(bytes("1")));
                return outlet.send(outlet.buffer(1).writeBytes(bytes("2")));
            });
            assertThat(peer.getInputStream().readNBytes(2)).isEqualTo(bytes("12"));
        }
    }

    @Test
    void anEndedConnectionFailsWhatIsSentAndTakesItsBuffer() throws Exception {
        Channel channel = connect();
        Outlet outlet = onLoop(() -> buffers.outlet(channel));
        ByteBuf data = onLoop(() -> outlet.buffer(70_000).writeZero(70_000));
        assertThat(channel.close().await(SECONDS, TimeUnit.SECONDS)).isTrue();

        ChannelFuture sending = onLoop(() -> outlet.send(data));

        assertThat(sending).isNotNull();
        assertThat(sending.await(SECONDS, TimeUnit.SECONDS)).isTrue();
        assertThat(sending.isSuccess()).isFalse();
        assertThat(data.refCnt()).isZero();
    }

    @Test
    void whatIsKeptOfAReadIsNotOverwrittenByTheNext() throws Exception {
        Channel one = connect();
        Channel two = connect();
        try (Socket first = server.accept();
                Socket second = server.accept()) {
            send(first, "first");
            one.read();
            ByteBuf kept = read();
            send(second, "other");
            two.read();
            ByteBuf other = read();

            assertThat(kept.toString(StandardCharsets.US_ASCII)).isEqualTo("first");
            assertThat(other.toString(StandardCharsets.US_ASCII)).isEqualTo("other");
            assertThat(other).isNotSameAs(kept);
            kept.release();
            ByteBuf copy = onLoop(() -> buffers.keep(other, two));
            assertThat(copy).isNotSameAs(other);
            assertThat(copy.toString(StandardCharsets.US_ASCII)).isEqualTo("other");
            copy.release();

            send(first, "third");
            one.read();
            ByteBuf again = read();
            assertThat(again).isSameAs(other);
            again.release();
        }
    }

    @Test
    void aFullReadIsFollowedByLargerOnesOfTheChannelsOwn() throws Exception {
        Channel channel = connect();
        try (Socket peer = server.accept()) {
            byte[] sent = new byte[4 * LoopBuffers.READ_BYTES];
            new Random(1).nextBytes(sent);
            peer.getOutputStream().write(sent);

            int most = 0;
            byte[] got = new byte[0];
            while (got.length < sent.length) {
                channel.read();
                ByteBuf part = read();
                most = Math.max(most, part.readableBytes());
                int before = got.length;
                got = Arrays.copyOf(got, before + part.readableBytes());
                System.arraycopy(ByteBufUtil.getBytes(part), 0, got, before, part.readableBytes());
                part.release();
            }

            assertThat(got).isEqualTo(sent);
            assertThat(most).isGreaterThan(LoopBuffers.READ_BYTES);
        }
    }

    @Test
    void whoKeepsWhatItReadsHasBuffersOfItsOwn() throws Exception {
        Channel channel = connect();
        try (Socket peer = server.accept()) {
            LoopBuffers.keepReads(channel);
            send(peer, "x");
            channel.read();
            ByteBuf own = read();
            assertThat(own.refCnt()).isEqualTo(1);
            assertThat(own.capacity()).isLessThan(LoopBuffers.READ_BYTES);
            own.release();
        }
    }

    private static void send(Socket peer, String text) throws Exception {
        peer.getOutputStream().write(bytes(text));
    }

    private ByteBuf read() throws Exception {
        ByteBuf read = reads.poll(SECONDS, TimeUnit.SECONDS);
        assertThat(read).isNotNull();
        return read;
    }

    private Channel connect() throws Exception {
        ChannelFuture connecting = new Bootstrap()
                .group(loops)
                .channel(EpollSocketChannel.class)
                .option(ChannelOption.AUTO_READ, false)
                .handler(new ChannelInitializer<>() {
                    @Override
                    protected void initChannel(Channel channel) {
                        buffers.shareReads(channel);
                        channel.pipeline().addLast(new ChannelInboundHandlerAdapter() {
                            @Override
                            public void channelRead(ChannelHandlerContext ctx, Object message) {
                                reads.add((ByteBuf) message);
                            }
                        });
                    }
                })
                .connect(server.getLocalSocketAddress());
        assertThat(connecting.await(SECONDS, TimeUnit.SECONDS)).isTrue();
        assertThat(connecting.isSuccess()).isTrue();
        return connecting.channel();
    }

    private <T> T onLoop(Callable<T> task) throws Exception {
        return loops.next().submit(task).get(SECONDS, TimeUnit.SECONDS);
    }

    private static byte[] bytes(String text) {
        return text.getBytes(StandardCharsets.US_ASCII);
    }
}
