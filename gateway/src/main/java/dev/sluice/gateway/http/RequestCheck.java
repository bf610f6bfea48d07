/*
 * SPDX-FileCopyrightText: The Sluice authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.sluice.gateway.http;

import dev.sluice.gateway.http.RequestHead.Expectation;
import dev.sluice.gateway.http.RequestHead.Framing;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/** Turns a scanned head into one that is understood in full, or refuses it: framing and addressing leave no room for a second reading. */
final class RequestCheck {
    private static final long NOT_PLAIN = -2;
    /** What a host name, an address or a port is written with. */
    private static final boolean[] AUTHORITY = new boolean[0x7f];

    static {
        for (char c = 0; c < AUTHORITY.length; c++) {
            AUTHORITY[c] = Character.isLetterOrDigit(c) || "-._~:[]".indexOf(c) >= 0;
        }
    }

    private RequestCheck() {}

    /** Null when the request is bad. */
    static @Nullable RequestHead read(
            String method, String requestTarget, boolean http11, FieldLines fields, RequestHead.Connection connection) {
        long contentLength = contentLength(fields, http11);
        int host = fields.indexOf(KnownField.HOST, 0);
        boolean oneHost = host < 0 ? !http11 : fields.indexOf(KnownField.HOST, host + 1) < 0;
        if (contentLength == NOT_PLAIN || !oneHost || method.equals("CONNECT")) {
            return null;
        }
        String target = requestTarget;
        String authority = host < 0 ? "" : fields.value(host);
        if (target.charAt(0) != '/') {
            int scheme = schemeLength(target);
            if (scheme < 0) {
                return null;
            }
            int end = endOfAuthority(target, scheme);
            authority = target.substring(scheme, end);
            target = end < target.length() && target.charAt(end) == '/'
                    ? target.substring(end)
                    : "/" + target.substring(end);
        }
        if (!isAuthority(authority)) {
            return null;
        }
        int mark = target.indexOf('?');
        return new RequestHead(
                method,
                mark < 0 ? target : target.substring(0, mark),
                mark < 0 ? null : target.substring(mark + 1),
                http11 ? "HTTP/1.1" : "HTTP/1.0",
                fields,
                new Framing(contentLength, fields.keepAlive(http11), expectation(fields, http11)),
                host(authority),
                connection);
    }

    private static long contentLength(FieldLines fields, boolean http11) {
        int coding = fields.indexOf(KnownField.TRANSFER_ENCODING, 0);
        int length = fields.indexOf(KnownField.CONTENT_LENGTH, 0);
        if (coding >= 0) {
            boolean plain = length < 0
                    && http11
                    && fields.indexOf(KnownField.TRANSFER_ENCODING, coding + 1) < 0
                    && fields.isValue(coding, "chunked");
            return plain ? Framing.UNTIL_END : NOT_PLAIN;
        }
        if (length < 0) {
            return 0;
        }
        long number = fields.number(length);
        return number >= 0 && fields.indexOf(KnownField.CONTENT_LENGTH, length + 1) < 0 ? number : NOT_PLAIN;
    }

    static Expectation expectation(FieldLines fields, boolean http11) {
        int index = fields.indexOf(KnownField.EXPECT, 0);
        if (index < 0) {
            return Expectation.NONE;
        }
        boolean known = fields.isValue(index, "100-continue") && fields.indexOf(KnownField.EXPECT, index + 1) < 0;
        if (!known) {
            return Expectation.UNKNOWN;
        }
        return http11 ? Expectation.CONTINUE : Expectation.NONE;
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

    static boolean isAuthority(String text) {
        for (int i = 0; i < text.length(); i++) {
            char c = text.charAt(i);
            if (c >= AUTHORITY.length || !AUTHORITY[c]) {
                return false;
            }
        }
        return true;
    }

    static String host(String authority) {
        int colon = authority.lastIndexOf(':');
        String host = colon < 0 || authority.endsWith("]") ? authority : authority.substring(0, colon);
        return host.toLowerCase(Locale.ROOT);
    }
}
