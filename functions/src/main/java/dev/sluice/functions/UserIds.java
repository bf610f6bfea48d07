/*
 * SPDX-FileCopyrightText: The Sluice authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.sluice.functions;

/**
 * Users of their own for environments of a server that runs as root: a block of 4096 per server process, taken from the range that no
 * distribution assigns (systemd: "Users, Groups, UIDs and GIDs", 1,879,048,192 to 2,147,352,575). A user per environment lets the kernel keep
 * environments apart, count processes for each, and find all that one started.
 */
record UserIds(int first) {
    static final int BLOCK = 4096;
    private static final int RANGE_START = 1_900_000_000;
    private static final int BLOCKS = 60_000;

    static UserIds of(long pid) {
        return new UserIds(RANGE_START + (int) (pid % BLOCKS) * BLOCK);
    }

    int of(int slot) {
        return first + slot;
    }
}
