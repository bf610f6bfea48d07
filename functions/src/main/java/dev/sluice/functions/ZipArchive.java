/*
 * SPDX-FileCopyrightText: The Sluice authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.sluice.functions;

import java.io.IOException;
import java.io.OutputStream;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.Charset;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.zip.CRC32;
import java.util.zip.DataFormatException;
import java.util.zip.Inflater;

/**
 * A zip in memory, read by its central directory only (PKWARE APPNOTE 6.3.10), because just that carries file types and modes, and because
 * two readers of one zip must not see two different contents. Immutable.
 *
 * <p>Not understood, and refused: encryption, methods other than stored and deflated, several disks, data before the archive.
 */
final class ZipArchive {
    private static final int END_SIGNATURE = 0x06054b50;
    private static final int END_BYTES = 22;
    private static final int END64_SIGNATURE = 0x06064b50;
    private static final int LOCATOR64_SIGNATURE = 0x07064b50;
    private static final int LOCATOR64_BYTES = 20;
    private static final int CENTRAL_SIGNATURE = 0x02014b50;
    private static final int CENTRAL_BYTES = 46;
    private static final int LOCAL_SIGNATURE = 0x04034b50;
    private static final int LOCAL_BYTES = 30;
    private static final int UNIX = 3;
    private static final long MAX_U32 = 0xffff_ffffL;
    private static final String UNREADABLE =
            "Could not unzip uploaded file. Please check your file, then try to upload again.";

    private final ByteBuffer bytes;
    private final List<Entry> entries;

    private ZipArchive(ByteBuffer bytes, List<Entry> entries) {
        this.bytes = bytes;
        this.entries = List.copyOf(entries);
    }

    /** @param mode type and permission bits as of {@code stat}; 0 when the archive was not made on a Unix */
    record Entry(String name, boolean deflated, long compressedBytes, long crc, long localOffset, int mode) {}

    static ZipArchive read(byte[] zip, int maxEntries) throws ZipFault {
        ByteBuffer bytes = ByteBuffer.wrap(zip).order(ByteOrder.LITTLE_ENDIAN);
        try {
            return new ZipArchive(bytes, directory(bytes, maxEntries));
        } catch (IndexOutOfBoundsException | IllegalArgumentException e) {
            throw new ZipFault(UNREADABLE);
        }
    }

    List<Entry> entries() {
        return entries;
    }

    /**
     * Writes an entry's content, checking its CRC.
     *
     * @return its true size
     */
    long extract(Entry entry, long maxBytes, OutputStream out) throws ZipFault, IOException {
        int from;
        try {
            from = dataOffset(entry);
        } catch (IndexOutOfBoundsException e) {
            throw new ZipFault(UNREADABLE);
        }
        int length = (int) entry.compressedBytes;
        CRC32 crc = new CRC32();
        long written =
                entry.deflated ? inflate(from, length, maxBytes, crc, out) : copy(from, length, maxBytes, crc, out);
        if (crc.getValue() != entry.crc) {
            throw new ZipFault(UNREADABLE);
        }
        return written;
    }

    private int dataOffset(Entry entry) throws ZipFault {
        if (entry.localOffset + LOCAL_BYTES > bytes.capacity()) {
            throw new ZipFault(UNREADABLE);
        }
        int at = (int) entry.localOffset;
        if (bytes.getInt(at) != LOCAL_SIGNATURE) {
            throw new ZipFault(UNREADABLE);
        }
        int from = at + LOCAL_BYTES + u16(bytes, at + 26) + u16(bytes, at + 28);
        if (from + entry.compressedBytes > bytes.capacity()) {
            throw new ZipFault(UNREADABLE);
        }
        return from;
    }

    private long copy(int from, int length, long maxBytes, CRC32 crc, OutputStream out) throws ZipFault, IOException {
        refuseOver(length, maxBytes);
        crc.update(bytes.array(), from, length);
        out.write(bytes.array(), from, length);
        return length;
    }

    private long inflate(int from, int length, long maxBytes, CRC32 crc, OutputStream out)
            throws ZipFault, IOException {
        byte[] chunk = new byte[1 << 16];
        long written = 0;
        try (Inflater inflater = new Inflater(true)) {
            inflater.setInput(bytes.array(), from, length);
            while (!inflater.finished()) {
                int count = inflater.inflate(chunk);
                if (count == 0 && !inflater.finished()) {
                    throw new ZipFault(UNREADABLE);
                }
                written += count;
                refuseOver(written, maxBytes);
                crc.update(chunk, 0, count);
                out.write(chunk, 0, count);
            }
        } catch (DataFormatException e) {
            throw new ZipFault(UNREADABLE);
        }
        return written;
    }

    private static void refuseOver(long written, long maxBytes) throws ZipFault {
        if (written > maxBytes) {
            throw new ZipFault("Unzipped size must be smaller than " + CodePackage.MAX_UNZIPPED_BYTES + " bytes");
        }
    }

    private static List<Entry> directory(ByteBuffer bytes, int maxEntries) throws ZipFault {
        int end = findEnd(bytes);
        long count = u16(bytes, end + 10);
        long offset = u32(bytes, end + 16);
        if (count == 0xffff || offset == MAX_U32) {
            int end64 = findEnd64(bytes, end);
            count = bytes.getLong(end64 + 32);
            offset = bytes.getLong(end64 + 48);
        }
        if (count < 0 || count > maxEntries) {
            throw new ZipFault("The zip has too many entries: " + count + " (expected: at most " + maxEntries + ")");
        }
        List<Entry> entries = new ArrayList<>();
        int at = Math.toIntExact(Math.min(offset & Long.MAX_VALUE, bytes.capacity()));
        for (long i = 0; i < count; i++) {
            if (bytes.getInt(at) != CENTRAL_SIGNATURE) {
                throw new ZipFault(UNREADABLE);
            }
            entries.add(entry(bytes, at));
            at += CENTRAL_BYTES + u16(bytes, at + 28) + u16(bytes, at + 30) + u16(bytes, at + 32);
        }
        return entries;
    }

    private static Entry entry(ByteBuffer bytes, int at) throws ZipFault {
        int madeBy = u16(bytes, at + 4) >> 8;
        int flags = u16(bytes, at + 8);
        int method = u16(bytes, at + 10);
        int nameBytes = u16(bytes, at + 28);
        String name = name(bytes, at + CENTRAL_BYTES, nameBytes);
        if ((flags & 1) != 0) {
            throw new ZipFault("The zip entry '" + name + "' is encrypted (expected: a zip without a password)");
        }
        if (method != 0 && method != 8) {
            throw new ZipFault("The zip entry '" + name + "' uses compression method " + method
                    + " (expected: 0, stored, or 8, deflated)");
        }
        long compressed = u32(bytes, at + 20);
        long uncompressed = u32(bytes, at + 24);
        long local = u32(bytes, at + 42);
        if (compressed == MAX_U32 || local == MAX_U32) {
            int extra = zip64Extra(bytes, at + CENTRAL_BYTES + nameBytes, u16(bytes, at + 30));
            extra += uncompressed == MAX_U32 ? 8 : 0;
            if (compressed == MAX_U32) {
                compressed = bytes.getLong(extra);
                extra += 8;
            }
            local = local == MAX_U32 ? bytes.getLong(extra) : local;
        }
        if (compressed < 0 || compressed > bytes.capacity() || local < 0 || local > bytes.capacity()) {
            throw new ZipFault(UNREADABLE);
        }
        int mode = madeBy == UNIX ? u16(bytes, at + 40) : 0;
        return new Entry(name, method == 8, compressed, u32(bytes, at + 16), local, mode);
    }

    private static int findEnd(ByteBuffer bytes) throws ZipFault {
        int lowest = Math.max(0, bytes.capacity() - END_BYTES - 0xffff);
        for (int at = bytes.capacity() - END_BYTES; at >= lowest; at--) {
            if (bytes.getInt(at) == END_SIGNATURE && at + END_BYTES + u16(bytes, at + 20) == bytes.capacity()) {
                return at;
            }
        }
        throw new ZipFault(UNREADABLE);
    }

    private static int findEnd64(ByteBuffer bytes, int end) throws ZipFault {
        int locator = end - LOCATOR64_BYTES;
        if (locator < 0 || bytes.getInt(locator) != LOCATOR64_SIGNATURE) {
            throw new ZipFault(UNREADABLE);
        }
        long at = bytes.getLong(locator + 8);
        if (at < 0 || at > locator || bytes.getInt((int) at) != END64_SIGNATURE) {
            throw new ZipFault(UNREADABLE);
        }
        return (int) at;
    }

    /** Where the values of the zip64 extended information (extra field 1) start. */
    private static int zip64Extra(ByteBuffer bytes, int from, int length) throws ZipFault {
        for (int at = from; at + 4 <= from + length; at += 4 + u16(bytes, at + 2)) {
            if (u16(bytes, at) == 1) {
                return at + 4;
            }
        }
        throw new ZipFault(UNREADABLE);
    }

    private static String name(ByteBuffer bytes, int at, int length) {
        ByteBuffer raw = bytes.slice(at, length);
        try {
            return StandardCharsets.UTF_8.newDecoder().decode(raw).toString();
        } catch (CharacterCodingException e) {
            return Charset.forName("IBM437").decode(bytes.slice(at, length)).toString();
        }
    }

    private static int u16(ByteBuffer bytes, int at) {
        return bytes.getShort(at) & 0xffff;
    }

    private static long u32(ByteBuffer bytes, int at) {
        return bytes.getInt(at) & MAX_U32;
    }
}
