/*
 * SPDX-FileCopyrightText: The Sluice authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.sluice.functions;

import java.time.Duration;
import java.util.Optional;

/**
 * How a call went.
 *
 * @param duration from the event's delivery to the answer
 * @param initDuration present when the call's environment was new
 * @param maxMemoryMegabytes highest resident size seen of the environment so far; a sample, so short peaks may be missed
 * @param logTail last 4 KiB of the call's log (START, lines, END, REPORT); empty unless {@link InvokeContext#tail()}
 * @param logStream name of the environment's log stream, {@code YYYY/MM/DD/[version]hex}
 * @param runtime what really ran, for example {@code python3.11}; differs from the spec's under the fallback policy
 */
public record InvokeReport(
        Duration duration,
        Optional<Duration> initDuration,
        int maxMemoryMegabytes,
        byte[] logTail,
        String logStream,
        String runtime) {}
