/*
 * SPDX-FileCopyrightText: The Sluice authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.sluice.functions;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * The tree that a zip unpacks to, with every name proved to stay inside. Immutable.
 *
 * <p>Links: a parent of an entry is never a link, and a target may go up only at its beginning and not above the root. So each link, alone
 * or through others, ends inside (induction over the links passed).
 */
final class ZipLayout {
    private static final int TYPE = 0170000;
    private static final int DIRECTORY = 0040000;
    private static final int REGULAR = 0100000;
    private static final int LINK = 0120000;
    private static final int MAX_NAME_CHARACTERS = 1024;
    private static final int MAX_SEGMENT_BYTES = 255;
    private static final int MAX_LINK_BYTES = 1024;

    private final Map<String, Kind> kinds = new HashMap<>();
    private final List<Item> items = new ArrayList<>();

    private ZipLayout() {}

    /** One thing to make; {@code path} is relative with {@code /} between its segments. Parents come before children. */
    sealed interface Item {
        String path();

        record Directory(String path) implements Item {}

        /** @param permissions nine bits */
        record RegularFile(String path, ZipArchive.Entry entry, int permissions) implements Item {}

        record Link(String path, String target) implements Item {}
    }

    private enum Kind {
        DIRECTORY,
        REGULAR_FILE,
        LINK
    }

    static List<Item> of(ZipArchive archive) throws ZipFault {
        ZipLayout layout = new ZipLayout();
        for (ZipArchive.Entry entry : archive.entries()) {
            layout.add(archive, entry);
        }
        return List.copyOf(layout.items);
    }

    private void add(ZipArchive archive, ZipArchive.Entry entry) throws ZipFault {
        List<String> segments = segments(entry.name());
        int type = entry.mode() & TYPE;
        if (entry.name().endsWith("/") || type == DIRECTORY) {
            directories(segments, entry.name());
            return;
        }
        directories(segments.subList(0, segments.size() - 1), entry.name());
        String path = String.join("/", segments);
        if (type == LINK) {
            claim(path, Kind.LINK, entry.name());
            items.add(new Item.Link(path, target(archive, entry, segments.size() - 1)));
        } else if (type == REGULAR || type == 0) {
            claim(path, Kind.REGULAR_FILE, entry.name());
            int permissions = entry.mode() == 0 ? 0644 : entry.mode() & 0777;
            items.add(new Item.RegularFile(path, entry, permissions));
        } else {
            throw new ZipFault("The zip entry '" + entry.name() + "' is neither a file, a directory nor a link");
        }
    }

    private static List<String> segments(String name) throws ZipFault {
        List<String> segments = new ArrayList<>();
        for (String segment : name.split("/", -1)) {
            if (segment.equals("..")
                    || segment.indexOf('\0') >= 0
                    || segment.getBytes(StandardCharsets.UTF_8).length > MAX_SEGMENT_BYTES) {
                throw unsafe(name);
            }
            if (!segment.isEmpty() && !segment.equals(".")) {
                segments.add(segment);
            }
        }
        boolean nothing = segments.isEmpty() && !name.equals("./");
        if (nothing || name.startsWith("/") || name.length() > MAX_NAME_CHARACTERS) {
            throw unsafe(name);
        }
        return segments;
    }

    private static ZipFault unsafe(String name) {
        String shown = name.length() > 100 ? name.substring(0, 100) + "..." : name;
        return new ZipFault(
                "The zip entry '" + shown.replace('\0', '?') + "' has an unsafe name (expected: a relative path"
                        + " without '..', at most " + MAX_NAME_CHARACTERS + " characters)");
    }

    private void directories(List<String> segments, String name) throws ZipFault {
        StringBuilder path = new StringBuilder();
        for (String segment : segments) {
            path.append(path.isEmpty() ? "" : "/").append(segment);
            Kind kind = kinds.putIfAbsent(path.toString(), Kind.DIRECTORY);
            if (kind == null) {
                items.add(new Item.Directory(path.toString()));
            } else if (kind != Kind.DIRECTORY) {
                throw new ZipFault("The zip entry '" + name + "' lies below '" + path + "', which is no directory");
            }
        }
    }

    private void claim(String path, Kind kind, String name) throws ZipFault {
        if (kinds.putIfAbsent(path, kind) != null) {
            throw new ZipFault("The zip has two entries named '" + name + "'");
        }
    }

    private static String target(ZipArchive archive, ZipArchive.Entry entry, int depth) throws ZipFault {
        ByteArrayOutputStream content = new ByteArrayOutputStream();
        try (OutputStream out = content) {
            archive.extract(entry, MAX_LINK_BYTES, out);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        String target = content.toString(StandardCharsets.UTF_8);
        int ups = 0;
        boolean down = false;
        for (String segment : target.split("/", -1)) {
            boolean up = segment.equals("..");
            if (up && down) {
                throw escapes(entry.name(), target);
            }
            ups += up ? 1 : 0;
            down |= !up && !segment.isEmpty() && !segment.equals(".");
        }
        if (target.isEmpty() || target.startsWith("/") || target.indexOf('\0') >= 0 || ups > depth) {
            throw escapes(entry.name(), target);
        }
        return target;
    }

    private static ZipFault escapes(String name, String target) {
        return new ZipFault("The zip entry '" + name + "' links to '" + target.replace('\0', '?')
                + "' (expected: a relative path that stays inside the zip)");
    }
}
