/*
 * SPDX-FileCopyrightText: The Sluice authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.sluice.server;

import java.io.PrintStream;

/** Where a command writes: {@code out} is for programs to read, {@code err} for people. */
record Terminal(PrintStream out, PrintStream err) {
    /** A line that scripts build on; it is out when this returns. */
    void line(String text) {
        out.println(text);
        out.flush();
    }

    /** Why a command failed, in one line. */
    void problem(String text) {
        err.println("sluice: " + text.lines().findFirst().orElse(""));
        err.flush();
    }
}
