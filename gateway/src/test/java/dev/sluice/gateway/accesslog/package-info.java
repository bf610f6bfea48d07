/*
 * SPDX-FileCopyrightText: The Sluice authors
 * SPDX-License-Identifier: Apache-2.0
 */
@NullMarked
package dev.sluice.gateway.accesslog;

import org.jspecify.annotations.NullMarked;
