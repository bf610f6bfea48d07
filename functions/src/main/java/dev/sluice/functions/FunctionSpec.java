/*
 * SPDX-FileCopyrightText: The Sluice authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.sluice.functions;

import java.time.Duration;
import java.util.Map;

/**
 * One revision of a function as it is to be run: everything an environment depends on. Environments are shared by calls whose specs are
 * equal in {@code arn}, {@code version} and {@code revision}; so any change of another component needs a new revision.
 *
 * @param arn unqualified function ARN
 * @param version {@code $LATEST} or a published number
 * @param runtime AWS identifier, for example {@code python3.13}
 * @param handler {@code module.function}
 * @param codeSha256 the zip's {@link CodePackage#sha256()} (hexadecimal, not the base64 form of the API)
 * @param timeout from the event's delivery to the answer; positive
 * @param environment the user's variables; must not name a reserved one ({@link ReservedVariables})
 * @param revision changes with each update of code or configuration
 */
public record FunctionSpec(
        String arn,
        String name,
        String version,
        String runtime,
        String handler,
        String codeSha256,
        int memoryMegabytes,
        Duration timeout,
        Map<String, String> environment,
        String region,
        String accountId,
        String revision) {
    public FunctionSpec {
        environment = Map.copyOf(environment);
        if (memoryMegabytes < 1) {
            throw new IllegalArgumentException("memoryMegabytes: " + memoryMegabytes + " (expected: >= 1)");
        }
        if (timeout.isNegative() || timeout.isZero()) {
            throw new IllegalArgumentException("timeout: " + timeout + " (expected: > 0)");
        }
    }
}
