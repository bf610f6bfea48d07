/*
 * SPDX-FileCopyrightText: The Sluice authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.sluice.gateway;

/** Names one stage; the API id and the stage name alone are unique within a server. */
public record StageId(String accountId, String region, String apiId, String stageName) {}
