/*
 * SPDX-FileCopyrightText: The Sluice authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.sluice.gateway.netty;

import dev.sluice.gateway.http.FieldLines;
import dev.sluice.gateway.http.FieldName;
import dev.sluice.gateway.http.KnownField;
import java.util.EnumMap;
import java.util.EnumSet;
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
    private static final Set<KnownField> NOT_FORWARDED = EnumSet.of(
            KnownField.CONNECTION,
            KnownField.CONTENT_LENGTH,
            KnownField.CONTENT_MD5,
            KnownField.EXPECT,
            KnownField.HOST,
            KnownField.KEEP_ALIVE,
            KnownField.MAX_FORWARDS,
            KnownField.PROXY_AUTHENTICATE,
            KnownField.PROXY_AUTHORIZATION,
            KnownField.PROXY_CONNECTION,
            KnownField.SERVER,
            KnownField.TE,
            KnownField.TRAILER,
            KnownField.TRANSFER_ENCODING,
            KnownField.UPGRADE,
            KnownField.VIA,
            KnownField.WWW_AUTHENTICATE,
            KnownField.X_AMZN_APIGATEWAY_API_ID,
            KnownField.X_AMZN_TRACE_ID,
            KnownField.X_FORWARDED_FOR,
            KnownField.X_FORWARDED_PORT,
            KnownField.X_FORWARDED_PROTO);
    /** From integrations to clients; some are then set anew. */
    private static final Set<KnownField> NOT_RETURNED = EnumSet.of(
            KnownField.KEEP_ALIVE,
            KnownField.PROXY_CONNECTION,
            KnownField.TE,
            KnownField.TRAILER,
            KnownField.TRANSFER_ENCODING,
            KnownField.UPGRADE,
            KnownField.VIA,
            KnownField.X_AMZ_APIGW_ID,
            KnownField.X_AMZN_TRACE_ID);
    /** What no client may have removed by naming it in Connection: framing, addressing, and who it is. */
    private static final Set<KnownField> PROTECTED = EnumSet.of(
            KnownField.HOST,
            KnownField.CONTENT_LENGTH,
            KnownField.TRANSFER_ENCODING,
            KnownField.CONTENT_TYPE,
            KnownField.CONTENT_ENCODING,
            KnownField.AUTHORIZATION,
            KnownField.COOKIE);

    private static final Map<KnownField, FieldName> RENAMED = new EnumMap<>(Map.of(
            KnownField.CONNECTION, remapped("Connection"),
            KnownField.CONTENT_LENGTH, remapped("Content-Length"),
            KnownField.DATE, remapped("Date"),
            KnownField.SERVER, remapped("Server"),
            KnownField.WWW_AUTHENTICATE, remapped("WWW-Authenticate"),
            KnownField.X_AMZN_REQUESTID, remapped("x-amzn-requestid")));
    /** What a mapping may not set. */
    private static final Set<KnownField> NOT_MAPPED = EnumSet.of(
            KnownField.CONTENT_LENGTH,
            KnownField.TRANSFER_ENCODING,
            KnownField.X_AMZN_TRACE_ID,
            KnownField.X_AMZN_APIGATEWAY_API_ID);

    private final boolean strictAws;

    HeaderRules(boolean strictAws) {
        this.strictAws = strictAws;
    }

    /** Whether a client's line goes to upstreams. */
    boolean forwards(FieldLines lines, int index, Set<String> connectionTokens) {
        KnownField field = lines.field(index);
        if (NOT_FORWARDED.contains(field) || (strictAws && field == KnownField.CONTENT_ENCODING)) {
            return false;
        }
        if (field == KnownField.UNDERSCORED && isTwin(lines.name(index))) {
            return false;
        }
        return connectionTokens.isEmpty() || !isOfOneHop(lines, index, connectionTokens);
    }

    /** Whether an integration's line goes to clients, under its {@link #renamed} name. */
    boolean returns(FieldLines lines, int index, Set<String> connectionTokens) {
        KnownField field = lines.field(index);
        if (RENAMED.containsKey(field)) {
            return true;
        }
        boolean dropped = NOT_RETURNED.contains(field) || (strictAws && field == KnownField.CONTENT_ENCODING);
        return !dropped && (connectionTokens.isEmpty() || !isOfOneHop(lines, index, connectionTokens));
    }

    /** What a field of an integration is called towards the client, if not as before. */
    @Nullable
    FieldName renamed(KnownField field) {
        return RENAMED.get(field);
    }

    /** What a field of a back end's answer is called towards the client; null for not at all. */
    @Nullable
    String returnedName(String name) {
        KnownField field = KnownField.of(name);
        FieldName renamed = RENAMED.get(field);
        if (renamed != null) {
            return renamed.toString();
        }
        return NOT_RETURNED.contains(field) || (strictAws && field == KnownField.CONTENT_ENCODING) ? null : name;
    }

    boolean mayMapTo(String name) {
        return !NOT_MAPPED.contains(KnownField.of(name));
    }

    private static FieldName remapped(String name) {
        return new FieldName(REMAPPED + name);
    }

    private static boolean isOfOneHop(FieldLines lines, int index, Set<String> connectionTokens) {
        String lower = lines.name(index).toLowerCase(Locale.ROOT);
        return connectionTokens.contains(lower) && !isProtected(lower);
    }

    private static boolean isProtected(String lowerName) {
        return PROTECTED.contains(KnownField.of(lowerName)) || isGatewayName(lowerName);
    }

    /** A name with underscores that some server reads as one of the gateway's own. */
    private static boolean isTwin(String name) {
        String hyphenated = name.toLowerCase(Locale.ROOT).replace('_', '-');
        return isProtected(hyphenated) || NOT_FORWARDED.contains(KnownField.of(hyphenated));
    }

    private static boolean isGatewayName(String lowerName) {
        return lowerName.equals("x-api-key")
                || lowerName.equals("forwarded")
                || lowerName.startsWith("x-forwarded-")
                || lowerName.startsWith("x-amzn-")
                || lowerName.startsWith("x-amz-");
    }
}
