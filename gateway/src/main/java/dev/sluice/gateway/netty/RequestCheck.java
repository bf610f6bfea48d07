/*
 * SPDX-FileCopyrightText: The Sluice authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.sluice.gateway.netty;

import dev.sluice.gateway.filter.RequestHead;
import io.netty.handler.codec.http.HttpHeaderNames;
import io.netty.handler.codec.http.HttpHeaders;
import io.netty.handler.codec.http.HttpRequest;
import io.netty.handler.codec.http.HttpVersion;
import java.util.List;
import java.util.Locale;
import java.util.Optional;

/** Turns a decoded head into one that is understood in full, or refuses it: framing and addressing leave no room for a second reading. */
final class RequestCheck {
    private RequestCheck() {}

    /** Empty when the request is bad. */
    static Optional<RequestHead> read(HttpRequest request, RequestHead.Connection connection) {
        if (request.decoderResult().isFailure() || !framingIsPlain(request)) {
            return Optional.empty();
        }
        List<String> hosts = request.headers().getAll(HttpHeaderNames.HOST);
        boolean http11 = request.protocolVersion().equals(HttpVersion.HTTP_1_1);
        if (hosts.size() > 1 || (http11 && hosts.isEmpty())) {
            return Optional.empty();
        }
        String target = request.uri();
        String authority = hosts.isEmpty() ? "" : hosts.getFirst();
        if (!target.startsWith("/")) {
            int scheme = schemeLength(target);
            if (scheme < 0) {
                return Optional.empty();
            }
            int end = endOfAuthority(target, scheme);
            authority = target.substring(scheme, end);
            target = end < target.length() && target.charAt(end) == '/'
                    ? target.substring(end)
                    : "/" + target.substring(end);
        }
        if (!isAuthority(authority)) {
            return Optional.empty();
        }
        int mark = target.indexOf('?');
        return Optional.of(new RequestHead(
                request.method().name(),
                mark < 0 ? target : target.substring(0, mark),
                mark < 0 ? null : target.substring(mark + 1),
                http11 ? "HTTP/1.1" : "HTTP/1.0",
                new NettyFields(request.headers()),
                host(authority),
                connection));
    }

    private static boolean framingIsPlain(HttpRequest request) {
        HttpHeaders headers = request.headers();
        List<String> codings = headers.getAll(HttpHeaderNames.TRANSFER_ENCODING);
        List<String> lengths = headers.getAll(HttpHeaderNames.CONTENT_LENGTH);
        if (codings.isEmpty()) {
            return lengths.isEmpty() || (lengths.size() == 1 && isDigits(lengths.getFirst()));
        }
        return lengths.isEmpty()
                && request.protocolVersion().equals(HttpVersion.HTTP_1_1)
                && codings.size() == 1
                && codings.getFirst().equalsIgnoreCase("chunked");
    }

    private static boolean isDigits(String text) {
        return !text.isEmpty() && text.length() <= 18 && text.chars().allMatch(c -> c >= '0' && c <= '9');
    }

    private static int schemeLength(String target) {
        if (target.regionMatches(true, 0, "http://", 0, 7)) {
            return 7;
        }
        return target.regionMatches(true, 0, "https://", 0, 8) ? 8 : -1;
    }

    private static int endOfAuthority(String target, int from) {
        int at = from;
        while (at < target.length() && target.charAt(at) != '/' && target.charAt(at) != '?') {
            at++;
        }
        return at;
    }

    private static boolean isAuthority(String text) {
        for (int i = 0; i < text.length(); i++) {
            char c = text.charAt(i);
            boolean valid = (c < 0x7f && Character.isLetterOrDigit(c)) || "-._~:[]".indexOf(c) >= 0;
            if (!valid) {
                return false;
            }
        }
        return true;
    }

    private static String host(String authority) {
        int colon = authority.lastIndexOf(':');
        String host = colon < 0 || authority.endsWith("]") ? authority : authority.substring(0, colon);
        return host.toLowerCase(Locale.ROOT);
    }
}
