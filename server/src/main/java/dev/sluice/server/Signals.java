/*
 * SPDX-FileCopyrightText: The Sluice authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.sluice.server;

import java.util.List;
import java.util.concurrent.atomic.AtomicBoolean;
import sun.misc.Signal;

/** What SIGTERM and SIGINT do. */
final class Signals {
    private static final String TERMINATE = "TERM";
    private static final String INTERRUPT = "INT";

    private Signals() {}

    /**
     * The first one runs the shutdown hooks and ends the process with 0 (by itself the JVM would end it with 128 and the signal's
     * number); an impatient second SIGINT ends it at once with 1.
     */
    static void endTheProcess() {
        var stopping = new AtomicBoolean();
        for (var name : List.of(TERMINATE, INTERRUPT)) {
            Signal.handle(new Signal(name), signal -> {
                if (stopping.compareAndSet(false, true)) {
                    System.exit(0);
                } else if (name.equals(INTERRUPT)) {
                    Runtime.getRuntime().halt(1);
                }
            });
        }
    }
}
