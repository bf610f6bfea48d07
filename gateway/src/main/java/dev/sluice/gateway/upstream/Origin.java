/*
 * SPDX-FileCopyrightText: The Sluice authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.sluice.gateway.upstream;

/** A server that connections can be shared for. */
public record Origin(boolean tls, String host, int port) {}
