/*
 * SPDX-FileCopyrightText: The Sluice authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.sluice.server.admin;

/** A header field as it stood, or shall stand, in the message. */
public record AdminHeader(String name, String value) {}
