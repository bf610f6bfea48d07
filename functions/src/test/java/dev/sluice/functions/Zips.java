/*
 * SPDX-FileCopyrightText: The Sluice authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.sluice.functions;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.zip.CRC32;
import java.util.zip.Deflater;

/** Writes zips byte by byte, so that tests can make those that no honest tool makes. */
final class Zips {
    private static final int UNIX_MADE = 3 << 8;

    private final ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    private final List<byte[]> central = new ArrayList<>();
    private byte[] lastDeflated = new byte[0];
    private byte[] lastResult = new byte[0];

    static byte[] of(String name, String content) {
        return new Zips().file(name, content).build();
    }

    Zips file(String name, String content) {
        return entry(name, content.getBytes(StandardCharsets.UTF_8), 0100644, 0, 8);
    }

    Zips file(String name, String content, int mode) {
        return entry(name, content.getBytes(StandardCharsets.UTF_8), 0100000 | mode, 0, 8);
    }

    Zips link(String name, String target) {
        return entry(name, target.getBytes(StandardCharsets.UTF_8), 0120777, 0, 0);
    }

    Zips entry(String name, byte[] content, int mode, int flags, int method) {
        return entry(name, content, content.length, mode, flags, method);
    }

    /** @param shownLength the uncompressed length that the headers claim */
    Zips entry(String name, byte[] content, int shownLength, int mode, int flags, int method) {
        byte[] nameBytes = name.getBytes(StandardCharsets.UTF_8);
        byte[] data = method == 8 ? deflate(content) : content;
        CRC32 crc = new CRC32();
        crc.update(content);
        int offset = bytes.size();
        ByteBuffer local = little(30)
                .putInt(0x04034b50)
                .putShort((short) 20)
                .putShort((short) flags)
                .putShort((short) method)
                .putInt(0)
                .putInt((int) crc.getValue())
                .putInt(data.length)
                .putInt(shownLength)
                .putShort((short) nameBytes.length)
                .putShort((short) 0);
        write(local.array());
        write(nameBytes);
        write(data);
        ByteBuffer directory = little(46 + nameBytes.length)
                .putInt(0x02014b50)
                .putShort((short) (UNIX_MADE | 20))
                .putShort((short) 20)
                .putShort((short) flags)
                .putShort((short) method)
                .putInt(0)
                .putInt((int) crc.getValue())
                .putInt(data.length)
                .putInt(shownLength)
                .putShort((short) nameBytes.length)
                .putInt(0)
                .putInt(0)
                .putInt(mode << 16)
                .putInt(offset)
                .put(nameBytes);
        central.add(directory.array());
        return this;
    }

    byte[] build() {
        int start = bytes.size();
        central.forEach(this::write);
        ByteBuffer end = little(22)
                .putInt(0x06054b50)
                .putInt(0)
                .putShort((short) central.size())
                .putShort((short) central.size())
                .putInt(bytes.size() - start)
                .putInt(start);
        write(end.array());
        return bytes.toByteArray();
    }

    private static ByteBuffer little(int length) {
        return ByteBuffer.allocate(length).order(ByteOrder.LITTLE_ENDIAN);
    }

    private byte[] deflate(byte[] content) {
        if (content == lastDeflated && content.length > 0) {
            return lastResult;
        }
        lastDeflated = content;
        lastResult = deflateNow(content);
        return lastResult;
    }

    private static byte[] deflateNow(byte[] content) {
        try (Deflater deflater = new Deflater(9, true)) {
            deflater.setInput(content);
            deflater.finish();
            ByteArrayOutputStream out = new ByteArrayOutputStream();
            byte[] chunk = new byte[8192];
            while (!deflater.finished()) {
                out.write(chunk, 0, deflater.deflate(chunk));
            }
            return out.toByteArray();
        }
    }

    private void write(byte[] part) {
        try {
            bytes.write(part);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
