/*
 * SPDX-FileCopyrightText: The Sluice authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.sluice.gateway;

/**
 * Where a stage's requests are logged, and how.
 *
 * @param destination names the log; several stages may share one
 */
public record AccessLogging(String destination, AccessLogFormat format) {}
