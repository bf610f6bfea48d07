/*
 * SPDX-FileCopyrightText: The Sluice authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.sluice.gateway;

/**
 * A server that connections can be shared for.
 *
 * @param host a name or an address, lower case, IPv6 without brackets
 */
public record Origin(boolean tls, String host, int port) {}
