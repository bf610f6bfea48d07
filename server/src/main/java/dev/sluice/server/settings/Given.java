/*
 * SPDX-FileCopyrightText: The Sluice authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.sluice.server.settings;

/**
 * The text that was given for a setting.
 *
 * @param origin for error messages: a file's line, a variable or an option
 */
record Given(String text, String origin) {}
