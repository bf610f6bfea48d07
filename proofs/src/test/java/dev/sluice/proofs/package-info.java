/*
 * SPDX-FileCopyrightText: The Sluice authors
 * SPDX-License-Identifier: Apache-2.0
 */
/** Runs the proofs that need other programs. Read {@link SpinTest} and {@link JcstressTest}. Each runs its program in a process of its own. */
@NullMarked
package dev.sluice.proofs;

import org.jspecify.annotations.NullMarked;
