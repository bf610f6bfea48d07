/*
 * SPDX-FileCopyrightText: The Sluice authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.sluice.control.apigateway.domain;

import dev.sluice.wire.CommonErrors;
import dev.sluice.wire.ServiceException;
import dev.sluice.wire.apigateway.ApiGatewayErrors;
import dev.sluice.wire.apigateway.EndpointConfiguration;
import java.util.List;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/** What the members of a custom domain may be; what cannot be kept is refused (decisions 0125, 0126). */
final class DomainRules {
    static final String REGIONAL = "REGIONAL";
    static final String EDGE = "EDGE";
    static final String TLS_1_2 = "TLS_1_2";
    static final String BASE_PATH_MAPPING_ONLY = "BASE_PATH_MAPPING_ONLY";

    private static final String LABEL = "[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?";
    /** The last label has a letter, so no name is an IPv4 address. */
    private static final Pattern NAME = Pattern.compile("(?:\\*\\.)?(?:" + LABEL + "\\.)+(?=[a-z0-9-]*[a-z])" + LABEL);

    private static final int MAX_NAME = 253;
    private static final Pattern SEGMENT = Pattern.compile("[A-Za-z0-9$_.+!*'()-]+");
    private static final int MAX_BASE_PATH = 300;

    private DomainRules() {}

    static String name(String name) {
        if (name.length() > MAX_NAME
                || name.contains(".execute-api.")
                || !NAME.matcher(name).matches()) {
            throw ApiGatewayErrors.BAD_REQUEST.with(
                    "Invalid domain name '" + name + "' specified. Must be a host name in"
                            + " lower case like api.example.com or *.example.com, and none of execute-api");
        }
        return name;
    }

    static EndpointConfiguration endpoint(@Nullable EndpointConfiguration given, String byDefault) {
        List<String> types =
                given == null || given.types() == null || given.types().isEmpty() ? List.of(byDefault) : given.types();
        if (types.size() > 1) {
            throw ApiGatewayErrors.BAD_REQUEST.with("Cannot create a domain name with multiple Endpoint Types.");
        }
        if (given != null
                && given.vpcEndpointIds() != null
                && !given.vpcEndpointIds().isEmpty()) {
            throw unsupported("Private custom domain names are");
        }
        return EndpointConfiguration.builder()
                .types(List.of(endpointType(types.getFirst())))
                .ipAddressType(ipAddressType(given == null ? null : given.ipAddressType()))
                .build();
    }

    static String endpointType(String type) {
        return switch (type) {
            case REGIONAL, EDGE -> type;
            case "PRIVATE" -> throw unsupported("Private custom domain names are");
            default ->
                throw ApiGatewayErrors.BAD_REQUEST.with(
                        "Invalid EndpointTypes specified. Valid options are REGIONAL,EDGE,PRIVATE");
        };
    }

    static String ipAddressType(@Nullable String type) {
        if (type != null && !type.equals("ipv4") && !type.equals("dualstack")) {
            throw ApiGatewayErrors.BAD_REQUEST.with(
                    "Invalid ipAddressType '" + type + "' specified. Must be one of: [ipv4, dualstack]");
        }
        return type == null ? "ipv4" : type;
    }

    /** TLS 1.2 and 1.3 with forward secrecy are what the listener speaks, for every name. */
    static String securityPolicy(@Nullable String policy) {
        if (policy != null && !policy.equals(TLS_1_2)) {
            throw unsupported("The security policy '" + policy + "' is");
        }
        return TLS_1_2;
    }

    static String routingMode(@Nullable String mode) {
        if (mode != null && !mode.equals(BASE_PATH_MAPPING_ONLY)) {
            throw unsupported("The routing mode '" + mode + "' is");
        }
        return BASE_PATH_MAPPING_ONLY;
    }

    static ServiceException unsupported(String what) {
        return CommonErrors.NOT_IMPLEMENTED.with(what + " not supported yet");
    }

    /** Only private custom domain names have ids, and there are none. */
    static void noId(@Nullable String domainNameId) {
        if (domainNameId != null && !domainNameId.isEmpty()) {
            throw noDomain();
        }
    }

    static ServiceException noDomain() {
        return ApiGatewayErrors.NOT_FOUND.with("Invalid domain name identifier specified");
    }

    /**
     * The base path without AWS's word for the empty one.
     *
     * @param strictAws takes a single segment only, as AWS's REST API does; more of them are AWS's HTTP API's to make
     */
    static String basePath(@Nullable String given, boolean strictAws) {
        if (given == null || given.isEmpty() || given.equals(BasePathDocument.NONE)) {
            return "";
        }
        if (strictAws && given.indexOf('/') >= 0) {
            throw ApiGatewayErrors.BAD_REQUEST.with(
                    "API Gateway V1 doesn't support the slash character (/) in base path mappings."
                            + " To create a multi-level base path mapping, use API Gateway V2.");
        }
        if (given.length() > MAX_BASE_PATH || !isBasePath(given)) {
            throw ApiGatewayErrors.BAD_REQUEST.with(
                    "Invalid base path '" + given + "' specified. Must be at most " + MAX_BASE_PATH
                            + " characters: segments of letters, digits and $-_.+!*'() with one slash between them");
        }
        return given;
    }

    private static boolean isBasePath(String path) {
        for (String segment : path.split("/", -1)) {
            if (!SEGMENT.matcher(segment).matches() || segment.equals(".") || segment.equals("..")) {
                return false;
            }
        }
        return true;
    }
}
