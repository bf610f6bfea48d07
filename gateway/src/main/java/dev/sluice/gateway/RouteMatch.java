/*
 * SPDX-FileCopyrightText: The Sluice authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.sluice.gateway;

import java.util.Map;

/**
 * A route that fits a path and a verb.
 *
 * @param pathParameters by name, as they stand in the canonical path
 */
public record RouteMatch(Route route, Map<String, String> pathParameters) {}
