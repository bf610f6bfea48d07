/*
 * SPDX-FileCopyrightText: The Sluice authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.sluice.wire.sigv4;

import dev.sluice.wire.Header;
import dev.sluice.wire.WireRequest;
import java.time.Instant;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/** Signs requests as clients do, in their headers. Immutable. */
public record RequestSigner(String accessKeyId, String secretAccessKey, String region, String service) {
    private static final DateTimeFormatter BASIC =
            DateTimeFormatter.ofPattern("yyyyMMdd'T'HHmmss'Z'", Locale.ROOT).withZone(ZoneOffset.UTC);

    /** The request with X-Amz-Date and Authorization, all its headers signed. */
    public WireRequest sign(WireRequest request, Instant time) {
        String timestamp = BASIC.format(time);
        List<Header> headers = new ArrayList<>(request.headers());
        headers.add(new Header("X-Amz-Date", timestamp));
        WireRequest dated = with(request, headers);
        List<String> names = headers.stream()
                .map(header -> header.name().toLowerCase(Locale.ROOT))
                .distinct()
                .sorted()
                .toList();
        Scope scope = new Scope(timestamp.substring(0, 8), region, service);
        String signature = Signature.of(secretAccessKey, scope, timestamp, CanonicalRequest.of(dated, names));
        headers.add(new Header("Authorization", authorization(scope, names, signature)));
        return with(request, headers);
    }

    private String authorization(Scope scope, List<String> names, String signature) {
        return "AWS4-HMAC-SHA256 Credential=%s/%s, SignedHeaders=%s, Signature=%s"
                .formatted(accessKeyId, scope, String.join(";", names), signature);
    }

    /** Without the secret. */
    @Override
    public String toString() {
        return "RequestSigner[" + accessKeyId + ", " + region + ", " + service + "]";
    }

    /** The request with other headers. */
    public static WireRequest with(WireRequest request, List<Header> headers) {
        return new WireRequest(
                request.method(),
                request.rawPath(),
                request.rawQuery(),
                headers,
                request.body(),
                request.remoteAddress());
    }
}
