/*
 * SPDX-FileCopyrightText: The Sluice authors
 * SPDX-License-Identifier: Apache-2.0
 */
@NullMarked
package dev.sluice.control.apigateway.usage;

import org.jspecify.annotations.NullMarked;
