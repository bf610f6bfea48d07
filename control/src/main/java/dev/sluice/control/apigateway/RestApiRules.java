/*
 * SPDX-FileCopyrightText: The Sluice authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.sluice.control.apigateway;

import dev.sluice.wire.CommonErrors;
import dev.sluice.wire.ServiceException;
import dev.sluice.wire.apigateway.ApiGatewayErrors;
import dev.sluice.wire.apigateway.EndpointConfiguration;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** What the members of an API may be; each method gives the checked value with AWS's default filled in. */
final class RestApiRules {
    static final String PRIVATE = "PRIVATE";

    private static final String EDGE = "EDGE";
    private static final Set<String> ENDPOINT_TYPES = Set.of("REGIONAL", EDGE, PRIVATE);
    private static final String IPV4 = "ipv4";
    private static final String DUALSTACK = "dualstack";
    private static final int MAX_COMPRESSION_SIZE = 10_485_760;

    private RestApiRules() {}

    static String name(@Nullable String name) {
        if (name == null || name.isBlank()) {
            throw ApiGatewayErrors.BAD_REQUEST.with("API name cannot be blank");
        }
        return name;
    }

    /** Null turns compression off. */
    static @Nullable Integer compressionSize(@Nullable Integer bytes) {
        if (bytes != null && (bytes < 0 || bytes > MAX_COMPRESSION_SIZE)) {
            throw invalidCompressionSize();
        }
        return bytes;
    }

    static ServiceException invalidCompressionSize() {
        return ApiGatewayErrors.BAD_REQUEST.with(
                "Invalid minimum compression size, must be between 0 and " + MAX_COMPRESSION_SIZE);
    }

    static String apiKeySource(@Nullable String source) {
        if (source == null || source.equals("HEADER")) {
            return "HEADER";
        }
        if (source.equals("AUTHORIZER")) {
            throw CommonErrors.NOT_IMPLEMENTED.with("The API key source AUTHORIZER is not supported yet");
        }
        throw ApiGatewayErrors.BAD_REQUEST.with("Invalid API key source '" + source + "' specified. Must be HEADER");
    }

    static EndpointConfiguration endpoint(@Nullable EndpointConfiguration given) {
        List<String> types = given == null || given.types() == null ? List.of(EDGE) : given.types();
        if (types.isEmpty()) {
            throw ApiGatewayErrors.BAD_REQUEST.with(
                    "REGIONAL Configuration and EDGE Configuration cannot be both DISABLED.");
        }
        types.forEach(RestApiRules::endpointType);
        if (types.size() > 1) {
            throw ApiGatewayErrors.BAD_REQUEST.with("Cannot create an api with multiple Endpoint Types.");
        }
        String type = types.getFirst();
        return EndpointConfiguration.builder()
                .types(types)
                .ipAddressType(ipAddressType(type, given == null ? null : given.ipAddressType()))
                .vpcEndpointIds(given == null ? null : given.vpcEndpointIds())
                .build();
    }

    static String endpointType(String type) {
        if (!ENDPOINT_TYPES.contains(type)) {
            throw ApiGatewayErrors.BAD_REQUEST.with(
                    "Invalid EndpointTypes specified. Valid options are REGIONAL,EDGE,PRIVATE");
        }
        return type;
    }

    static String ipAddressType(String endpointType, @Nullable String wanted) {
        if (wanted != null && !wanted.equals(IPV4) && !wanted.equals(DUALSTACK)) {
            throw ApiGatewayErrors.BAD_REQUEST.with(
                    "Invalid ipAddressType '" + wanted + "' specified. Must be one of: [ipv4, dualstack]");
        }
        if (endpointType.equals(PRIVATE)) {
            if (IPV4.equals(wanted)) {
                throw ApiGatewayErrors.BAD_REQUEST.with("Only dualstack ipAddressType is supported for Private APIs.");
            }
            return DUALSTACK;
        }
        return wanted == null ? IPV4 : wanted;
    }

    /** A policy that is stored but not enforced would be a hole. */
    static ServiceException policyUnsupported() {
        return CommonErrors.NOT_IMPLEMENTED.with("Resource policies are not supported yet");
    }
}
