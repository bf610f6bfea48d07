/*
 * SPDX-FileCopyrightText: The Sluice authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.sluice.gateway.netty;

import dev.sluice.gateway.filter.GatewayError;

/** Stands for a request whose head was not understood; nothing comes after it. */
record UnreadableHead(GatewayError error) {}
