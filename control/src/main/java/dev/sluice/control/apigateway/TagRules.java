/*
 * SPDX-FileCopyrightText: The Sluice authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.sluice.control.apigateway;

import dev.sluice.wire.ServiceException;
import dev.sluice.wire.apigateway.ApiGatewayErrors;
import java.util.Map;

/** What tags may be. */
public final class TagRules {
    private static final int MAX_TAGS = 50;
    private static final int MAX_KEY = 128;
    private static final int MAX_VALUE = 256;

    private TagRules() {}

    /** @throws ServiceException BadRequestException naming the tag that cannot be */
    public static Map<String, String> checked(Map<String, String> tags) {
        if (tags.size() > MAX_TAGS) {
            throw ApiGatewayErrors.BAD_REQUEST.with("A resource can have at most " + MAX_TAGS + " tags");
        }
        tags.forEach((key, value) -> {
            if (key.isEmpty() || key.length() > MAX_KEY || key.startsWith("aws:")) {
                throw ApiGatewayErrors.BAD_REQUEST.with("Invalid tag key '" + key + "' specified. Must be 1 to "
                        + MAX_KEY + " characters that do not start with aws:");
            }
            if (value.length() > MAX_VALUE) {
                throw ApiGatewayErrors.BAD_REQUEST.with(
                        "Invalid value of tag '" + key + "' specified. Must be at most " + MAX_VALUE + " characters");
            }
        });
        return tags;
    }
}
