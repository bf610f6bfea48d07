/*
 * SPDX-FileCopyrightText: The Sluice authors
 * SPDX-License-Identifier: Apache-2.0
 */
/**
 * Black-box tests: a server started by the launcher, real AWS clients and raw sockets against it. Start at {@link dev.sluice.tests.RunningServer}.
 */
@NullMarked
package dev.sluice.tests;

import org.jspecify.annotations.NullMarked;
