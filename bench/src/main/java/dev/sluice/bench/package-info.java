/*
 * SPDX-FileCopyrightText: The Sluice authors
 * SPDX-License-Identifier: Apache-2.0
 */
/**
 * Measures the limits library, beside others of its kind. Read {@link OneLevel}, {@link SixLevels} and {@link Bench}. JMH's own thread
 * rules hold.
 */
@NullMarked
package dev.sluice.bench;

import org.jspecify.annotations.NullMarked;
