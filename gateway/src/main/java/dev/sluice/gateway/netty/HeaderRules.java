/*
 * SPDX-FileCopyrightText: The Sluice authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.sluice.gateway.netty;

import io.netty.handler.codec.http.HttpHeaderNames;
import io.netty.handler.codec.http.HttpHeaders;
import java.util.HashSet;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Which fields pass the gateway, as Amazon API Gateway is recorded to treat them. Content-Encoding passes, as bodies do, unless answers are
 * to be strictly AWS's.
 */
final class HeaderRules {
    private static final String REMAPPED = "x-amzn-Remapped-";
    /** From clients to upstreams; some are then set anew. */
    private static final Set<String> NOT_FORWARDED = Set.of(
            "connection",
            "content-length",
            "content-md5",
            "expect",
            "host",
            "keep-alive",
            "max-forwards",
            "proxy-authenticate",
            "proxy-authorization",
            "proxy-connection",
            "server",
            "te",
            "trailer",
            "transfer-encoding",
            "upgrade",
            "via",
            "www-authenticate",
            "x-amzn-apigateway-api-id",
            "x-amzn-trace-id",
            "x-forwarded-for",
            "x-forwarded-port",
            "x-forwarded-proto");
    /** From integrations to clients; some are then set anew. */
    private static final Set<String> NOT_RETURNED = Set.of(
            "keep-alive",
            "proxy-connection",
            "te",
            "trailer",
            "transfer-encoding",
            "upgrade",
            "via",
            "x-amz-apigw-id",
            "x-amzn-trace-id");

    private static final Map<String, String> RENAMED = Map.of(
            "connection", REMAPPED + "Connection",
            "content-length", REMAPPED + "Content-Length",
            "date", REMAPPED + "Date",
            "server", REMAPPED + "Server",
            "www-authenticate", REMAPPED + "WWW-Authenticate",
            "x-amzn-requestid", REMAPPED + "x-amzn-requestid");
    /** What a mapping may not set. */
    private static final Set<String> NOT_MAPPED =
            Set.of("content-length", "transfer-encoding", "x-amzn-trace-id", "x-amzn-apigateway-api-id");

    private final boolean strictAws;

    HeaderRules(boolean strictAws) {
        this.strictAws = strictAws;
    }

    /** @param lowerName of a client's field */
    boolean forwards(String lowerName, Set<String> connectionTokens) {
        return !NOT_FORWARDED.contains(lowerName)
                && !(strictAws && lowerName.equals("content-encoding"))
                && (isProtected(lowerName) || !connectionTokens.contains(lowerName))
                && !isTwin(lowerName);
    }

    /** What a field of an integration is called towards the client; null for not at all. */
    @Nullable
    String returnedName(String name, Set<String> connectionTokens) {
        String lower = name.toLowerCase(Locale.ROOT);
        String renamed = RENAMED.get(lower);
        if (renamed != null) {
            return renamed;
        }
        boolean dropped = NOT_RETURNED.contains(lower)
                || (strictAws && lower.equals("content-encoding"))
                || (connectionTokens.contains(lower) && !isProtected(lower));
        return dropped ? null : name;
    }

    boolean mayMapTo(String lowerName) {
        return !NOT_MAPPED.contains(lowerName);
    }

    /** The fields that Connection declares to be for one hop only, lower case. */
    static Set<String> connectionTokens(HttpHeaders headers) {
        if (!headers.contains(HttpHeaderNames.CONNECTION)) {
            return Set.of();
        }
        Set<String> tokens = new HashSet<>();
        for (String value : headers.getAll(HttpHeaderNames.CONNECTION)) {
            for (String token : value.split(",")) {
                tokens.add(token.strip().toLowerCase(Locale.ROOT));
            }
        }
        return tokens;
    }

    /** What no client may have removed by naming it in Connection: framing, addressing, and who it is. */
    private static boolean isProtected(String lowerName) {
        return switch (lowerName) {
            case "host",
                    "content-length",
                    "transfer-encoding",
                    "content-type",
                    "content-encoding",
                    "authorization",
                    "cookie" -> true;
            default -> isGatewayName(lowerName);
        };
    }

    /** A name with underscores that some server reads as one of the gateway's own. */
    private static boolean isTwin(String lowerName) {
        if (lowerName.indexOf('_') < 0) {
            return false;
        }
        String hyphenated = lowerName.replace('_', '-');
        return isProtected(hyphenated) || NOT_FORWARDED.contains(hyphenated);
    }

    private static boolean isGatewayName(String lowerName) {
        return lowerName.equals("x-api-key")
                || lowerName.equals("forwarded")
                || lowerName.startsWith("x-forwarded-")
                || lowerName.startsWith("x-amzn-")
                || lowerName.startsWith("x-amz-");
    }
}
