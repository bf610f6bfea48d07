/*
 * SPDX-FileCopyrightText: The Sluice authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.sluice.wire;

/**
 * Who signed a request.
 *
 * @param principalArn such as {@code arn:aws:iam::123456789012:user/administrator}
 * @param principalId the unique id, such as an AIDA... id, which {@code GetCallerIdentity} answers as UserId
 */
public record Caller(String accountId, String accessKeyId, String principalArn, String principalId) {}
