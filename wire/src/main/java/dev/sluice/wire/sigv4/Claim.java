/*
 * SPDX-FileCopyrightText: The Sluice authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.sluice.wire.sigv4;

import dev.sluice.wire.CommonErrors;
import dev.sluice.wire.Header;
import dev.sluice.wire.PercentCoding;
import dev.sluice.wire.ServiceException;
import dev.sluice.wire.WireRequest;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * What a request says of its signature, nothing of it verified.
 *
 * @param timestamp as sent
 * @param expiresSeconds from the timestamp, for a presigned URL; null for a signature in the header
 */
record Claim(
        String accessKeyId,
        Scope scope,
        List<String> signedHeaders,
        String signature,
        String timestamp,
        @Nullable Integer expiresSeconds,
        @Nullable String sessionToken) {
    /** A week, AWS's longest. */
    private static final int MAX_EXPIRES_SECONDS = 604_800;

    boolean presigned() {
        return expiresSeconds != null;
    }

    /** Reads the Authorization header, else the query string; a ServiceException tells what is missing. */
    static Claim of(WireRequest request) {
        List<String> authorization = request.headers().stream()
                .filter(header -> header.name().equalsIgnoreCase("Authorization"))
                .map(Header::value)
                .toList();
        if (authorization.size() > 1) {
            throw incomplete("The request has more than one Authorization header.");
        }
        if (authorization.size() == 1) {
            return ofHeader(request, authorization.getFirst());
        }
        Map<String, String> query = query(request.rawQuery());
        if (query.containsKey("X-Amz-Algorithm") || query.containsKey("X-Amz-Signature")) {
            return ofQuery(query);
        }
        throw CommonErrors.MISSING_AUTHENTICATION_TOKEN.with("Missing Authentication Token");
    }

    private static Claim ofHeader(WireRequest request, String authorization) {
        String value = authorization.strip();
        if (!value.startsWith(Signature.ALGORITHM + " ")) {
            throw incomplete("The Authorization header must start with '" + Signature.ALGORITHM + " '.");
        }
        Map<String, String> fields = new LinkedHashMap<>();
        for (String field : value.substring(Signature.ALGORITHM.length()).split(",")) {
            int equals = field.indexOf('=');
            String name =
                    equals < 0 ? field.strip() : field.substring(0, equals).strip();
            if (fields.put(name, equals < 0 ? "" : field.substring(equals + 1).strip()) != null) {
                throw incomplete("Authorization header has more than one '" + name + "' parameter.");
            }
        }
        List<String> missing = new ArrayList<>();
        for (String name : List.of("Credential", "Signature", "SignedHeaders")) {
            if (fields.getOrDefault(name, "").isEmpty()) {
                missing.add("Authorization header requires '" + name + "' parameter.");
            }
        }
        String timestamp =
                request.header("X-Amz-Date").or(() -> request.header("Date")).orElse("");
        if (timestamp.isEmpty()) {
            missing.add("Authorization header requires existence of either a 'X-Amz-Date' or a 'Date' header.");
        }
        String token = request.header("X-Amz-Security-Token").orElse(null);
        return of(fields, missing, "", timestamp, null, token);
    }

    private static Claim ofQuery(Map<String, String> query) {
        List<String> missing = new ArrayList<>();
        if (!query.getOrDefault("X-Amz-Algorithm", "").equals(Signature.ALGORITHM)) {
            missing.add(
                    "AWS query-string parameters must include 'X-Amz-Algorithm' with '" + Signature.ALGORITHM + "'.");
        }
        for (String name : List.of("Credential", "Signature", "SignedHeaders", "Date")) {
            if (query.getOrDefault("X-Amz-" + name, "").isEmpty()) {
                missing.add("AWS query-string parameters must include 'X-Amz-" + name + "'.");
            }
        }
        int expires = expires(query.getOrDefault("X-Amz-Expires", ""));
        if (expires < 0) {
            missing.add(
                    "AWS query-string parameters must include 'X-Amz-Expires' from 1 to " + MAX_EXPIRES_SECONDS + ".");
        }
        String token = query.get("X-Amz-Security-Token");
        return of(query, missing, "X-Amz-", query.getOrDefault("X-Amz-Date", ""), expires, token);
    }

    private static int expires(String text) {
        try {
            int seconds = Integer.parseInt(text);
            return seconds >= 1 && seconds <= MAX_EXPIRES_SECONDS ? seconds : -1;
        } catch (NumberFormatException e) {
            return -1;
        }
    }

    private static Claim of(
            Map<String, String> fields,
            List<String> missing,
            String prefix,
            String timestamp,
            @Nullable Integer expires,
            @Nullable String token) {
        String credential = fields.getOrDefault(prefix + "Credential", "");
        String[] parts = credential.split("/", -1);
        int end = parts.length - 1; // from the end: an access key id may hold slashes, in theory
        if (!credential.isEmpty() && (end < 4 || !parts[end].equals(Signature.TERMINATOR))) {
            missing.add(
                    "Credential must be of the form 'access-key-id/date/region/service/" + Signature.TERMINATOR + "'.");
        }
        if (!missing.isEmpty()) {
            throw incomplete(String.join(" ", missing));
        }
        return new Claim(
                String.join("/", List.of(parts).subList(0, end - 3)),
                new Scope(parts[end - 3], parts[end - 2], parts[end - 1]),
                List.of(fields.getOrDefault(prefix + "SignedHeaders", "").split(";")),
                fields.getOrDefault(prefix + "Signature", ""),
                timestamp,
                expires,
                token);
    }

    private static Map<String, String> query(@Nullable String rawQuery) {
        Map<String, String> query = new LinkedHashMap<>();
        for (String pair : rawQuery == null ? new String[0] : rawQuery.split("&")) {
            int equals = pair.indexOf('=');
            String name = PercentCoding.decode(equals < 0 ? pair : pair.substring(0, equals));
            String value = equals < 0 ? "" : PercentCoding.decode(pair.substring(equals + 1));
            if (query.putIfAbsent(name, value) != null && name.startsWith("X-Amz-")) {
                throw incomplete("The query string has more than one '" + name + "'.");
            }
        }
        return query;
    }

    private static ServiceException incomplete(String message) {
        return CommonErrors.INCOMPLETE_SIGNATURE.with(message);
    }
}
