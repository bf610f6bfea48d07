/*
 * SPDX-FileCopyrightText: The Sluice authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.sluice.control.apigateway.usage;

import dev.sluice.control.apigateway.Patch;
import dev.sluice.wire.apigateway.ApiGatewayErrors;
import java.util.Set;

/** Names a method within a stage of a plan: {@code /pets/{id}/GET}; of the root resource {@code //GET}. */
final class MethodKey {
    private static final Set<String> METHODS =
            Set.of("GET", "PUT", "POST", "DELETE", "PATCH", "OPTIONS", "HEAD", "ANY");

    private MethodKey() {}

    /** From a map key, with or without the leading slash. */
    static String of(String key) {
        int slash = key.lastIndexOf('/');
        return slash < 0 ? of("", key) : of(key.substring(0, slash), key.substring(slash + 1));
    }

    /**
     * @param path as it stands in a patch path: with {@code ~1} or plain slashes, with or without the leading one
     * @throws dev.sluice.wire.ServiceException BadRequestException for what names no one method
     */
    static String of(String path, String method) {
        String plain = Patch.unescape(path);
        if (plain.equals("*") || plain.equals("/*") || !METHODS.contains(method)) {
            throw ApiGatewayErrors.BAD_REQUEST.with(
                    "Invalid method {resourcePath: " + plain + ",method: " + method + "} specified");
        }
        return (plain.startsWith("/") ? plain : "/" + plain) + "/" + method;
    }
}
