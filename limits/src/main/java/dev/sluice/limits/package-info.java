/*
 * SPDX-FileCopyrightText: The Sluice authors
 * SPDX-License-Identifier: Apache-2.0
 */
/**
 * Decides, exactly, whether a request fits a tree of limits. Read {@link Limiter}, {@link Bucket} and {@link Quotas} first. Everything here
 * may be used by any number of threads at once; decisions never block, the few methods that do say so.
 */
@NullMarked
package dev.sluice.limits;

import org.jspecify.annotations.NullMarked;
