/*
 * SPDX-FileCopyrightText: The Sluice authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.sluice.server.admin;

/** Answers a request. Called on a virtual thread, may block; must be thread-safe. */
@FunctionalInterface
public interface AdminHandler {
    AdminResponse handle(AdminRequest request);
}
