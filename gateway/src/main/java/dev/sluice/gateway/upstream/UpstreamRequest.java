/*
 * SPDX-FileCopyrightText: The Sluice authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.sluice.gateway.upstream;

import dev.sluice.gateway.Origin;
import io.netty.buffer.ByteBuf;
import java.time.Duration;

/**
 * What to send.
 *
 * @param head the encoded request line and header fields; released by the call
 * @param expectsBody false for an answer to HEAD, which has none
 * @param repeatable whether sending it twice does what sending it once does
 * @param timeout until the answer's head, and between two parts of its body
 */
public record UpstreamRequest(Origin origin, ByteBuf head, boolean expectsBody, boolean repeatable, Duration timeout) {}
