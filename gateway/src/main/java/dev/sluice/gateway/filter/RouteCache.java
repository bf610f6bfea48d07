/*
 * SPDX-FileCopyrightText: The Sluice authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.sluice.gateway.filter;

import dev.sluice.gateway.Published;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/**
 * What paths have been resolved to, so that one that comes often is taken apart once. Of fixed size: each path has one place, and who comes
 * last has it. What was resolved before anything was published or withdrawn is forgotten. Not thread-safe: each chain has its own.
 */
final class RouteCache {
    private static final int PLACES = 1024;
    /** A longer path is resolved each time, which bounds what is kept. */
    private static final int MAX_PATH_CHARS = 512;

    private static final int SPREAD = 0x9E3779B9;

    private final @Nullable Entry[] entries = new Entry[PLACES];
    private long version = -1;

    /** @param atVersion see {@link Published#version} */
    @Nullable
    Destination find(long atVersion, String method, String host, String rawPath) {
        if (version != atVersion) {
            Arrays.fill(entries, null);
            version = atVersion;
        }
        Entry entry = entries[place(method, host, rawPath)];
        return entry != null && entry.isOf(method, host, rawPath) ? entry.destination : null;
    }

    /** What was not found, and has been resolved as of the version that it was looked for at. */
    void keep(String method, String host, String rawPath, Destination destination) {
        if (rawPath.length() <= MAX_PATH_CHARS) {
            entries[place(method, host, rawPath)] = new Entry(method, host, rawPath, destination);
        }
    }

    private static int place(String method, String host, String rawPath) {
        int hash = 31 * (31 * method.hashCode() + host.hashCode()) + rawPath.hashCode();
        return (hash * SPREAD) >>> 16 & PLACES - 1;
    }

    private record Entry(String method, String host, String rawPath, Destination destination) {
        boolean isOf(String otherMethod, String otherHost, String otherPath) {
            return rawPath.equals(otherPath) && method.equals(otherMethod) && host.equals(otherHost);
        }
    }
}
