/*
 * SPDX-FileCopyrightText: The Sluice authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.sluice.gateway.http;

import dev.sluice.gateway.http.RequestHead.Framing;
import io.netty.handler.codec.http2.Http2Headers;
import io.netty.util.AsciiString;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Turns the fields of an HTTP/2 request into a head that is understood in full, or refuses it (RFC 9113, section 8). Pseudo-fields that come late
 * or that nobody knows are refused before, where the order is still known. Confined to the event loop; one for each head.
 */
public final class Http2RequestCheck {
    /** A line of HTTP/1.1 has so much beside name and value; sizes are counted as if it were one. */
    private static final int LINE_BYTES = 4;

    private static final int MAX_METHOD_CHARS = 32;

    private final int maxUrlBytes;
    private final int maxHeaderBytes;
    private final FieldLinesBuilder lines = FieldLines.builder();
    private @Nullable CharSequence method;
    private @Nullable CharSequence scheme;
    private @Nullable CharSequence authority;
    private @Nullable CharSequence path;
    private @Nullable CharSequence host;
    private @Nullable StringBuilder cookies;
    private long bytes;

    private Http2RequestCheck(int maxUrlBytes, int maxHeaderBytes) {
        this.maxUrlBytes = maxUrlBytes;
        this.maxHeaderBytes = maxHeaderBytes;
    }

    /** What came of a head. */
    public sealed interface Result {}

    public record Ready(RequestHead head) implements Result {}

    /** A request that is refused as HTTP/1's heads are by this verdict. */
    public record Refused(Verdict verdict) implements Result {}

    /** What is no request of HTTP/2: its stream ends with an error. */
    public record Malformed(String why) implements Result {}

    /**
     * @param maxUrlBytes of the path with its query
     * @param maxHeaderBytes of the fields, as lines of HTTP/1.1
     * @param complete whether no body comes
     */
    public static Result read(
            Http2Headers headers,
            int maxUrlBytes,
            int maxHeaderBytes,
            boolean complete,
            RequestHead.Connection connection) {
        return new Http2RequestCheck(maxUrlBytes, maxHeaderBytes).read(headers, complete, connection);
    }

    private Result read(Http2Headers headers, boolean complete, RequestHead.Connection connection) {
        for (Map.Entry<CharSequence, CharSequence> field : headers) {
            AsciiString name = AsciiString.of(field.getKey());
            AsciiString value = AsciiString.of(field.getValue());
            String wrong = name.length() > 0 && name.byteAt(0) == ':' ? pseudo(name, value) : field(name, value);
            if (wrong != null) {
                return new Malformed(wrong);
            }
        }
        if (method == null || scheme == null || path == null || path.isEmpty()) {
            return new Malformed("a pseudo-field is missing");
        }
        if (host != null && authority != null && !equal(host, authority)) {
            return new Malformed("host differs from :authority");
        }
        if (bytes > maxHeaderBytes) {
            return new Refused(Verdict.HEADERS_TOO_LARGE);
        }
        if (path.length() > maxUrlBytes) {
            return new Refused(Verdict.URL_TOO_LONG);
        }
        return head(method.toString(), path.toString(), complete, connection);
    }

    private Result head(String verb, String target, boolean complete, RequestHead.Connection connection) {
        CharSequence named = authority != null ? authority : host;
        if (verb.length() > MAX_METHOD_CHARS || !Grammar.isToken(verb) || !isTarget(target)) {
            return new Refused(Verdict.BAD);
        }
        if (named == null || !RequestCheck.isAuthority(named.toString())) {
            return new Refused(Verdict.BAD);
        }
        if (host == null) {
            lines.add("host", named);
        }
        if (cookies != null) {
            lines.add("cookie", cookies);
        }
        FieldLines fields = lines.build();
        long length = length(fields, complete);
        if (length < Framing.UNTIL_END) {
            return new Malformed("content-length");
        }
        int mark = target.indexOf('?');
        return new Ready(new RequestHead(
                verb,
                mark < 0 ? target : target.substring(0, mark),
                mark < 0 ? null : target.substring(mark + 1),
                "HTTP/2",
                fields,
                new Framing(length, true, RequestCheck.expectation(fields, true)),
                RequestCheck.host(named.toString()),
                connection));
    }

    /** -2 where the field and the end of the stream do not agree, or the field says more than one thing. */
    private static long length(FieldLines fields, boolean complete) {
        int index = fields.indexOf(KnownField.CONTENT_LENGTH, 0);
        if (index < 0) {
            return complete ? 0 : Framing.UNTIL_END;
        }
        long number = fields.number(index);
        boolean one = number >= 0 && fields.indexOf(KnownField.CONTENT_LENGTH, index + 1) < 0;
        return one && (!complete || number == 0) ? number : -2;
    }

    private @Nullable String pseudo(CharSequence name, CharSequence value) {
        switch (name.toString()) {
            case ":method" -> {
                if (method != null) {
                    return "two of :method";
                }
                method = value;
            }
            case ":scheme" -> {
                boolean known = equal(value, "http") || equal(value, "https");
                if (scheme != null || !known) {
                    return ":scheme";
                }
                scheme = value;
            }
            case ":authority" -> {
                if (authority != null) {
                    return "two of :authority";
                }
                authority = value;
            }
            case ":path" -> {
                if (path != null) {
                    return "two of :path";
                }
                path = value;
            }
            default -> {
                return "unknown pseudo-field";
            }
        }
        return null;
    }

    private @Nullable String field(AsciiString name, AsciiString value) {
        byte[] of = name.array();
        int from = name.arrayOffset();
        int to = from + name.length();
        bytes += name.length() + value.length() + LINE_BYTES;
        if (!Grammar.isLowerToken(of, from, to)) {
            return "name of a field";
        }
        if (!isValue(value)) {
            return "value of " + name;
        }
        if (bytes > maxHeaderBytes) {
            return null;
        }
        KnownField field = KnownField.of(of, from, to);
        switch (field) {
            case CONNECTION, KEEP_ALIVE, PROXY_CONNECTION, TRANSFER_ENCODING, UPGRADE -> {
                return name + " is not for HTTP/2";
            }
            case TE -> {
                return equal(value, "trailers") ? null : "te";
            }
            case COOKIE -> {
                cookies = cookies == null
                        ? new StringBuilder(value)
                        : cookies.append("; ").append(value);
                return null;
            }
            case HOST -> {
                if (host != null) {
                    return "two of host";
                }
                host = value;
            }
            case OTHER -> field = name.indexOf('_', 0) < 0 ? KnownField.OTHER : KnownField.UNDERSCORED;
            default -> {}
        }
        lines.add(field, name, value);
        return null;
    }

    private static boolean isValue(AsciiString value) {
        byte[] of = value.array();
        int from = value.arrayOffset();
        int to = from + value.length();
        return Grammar.isFieldValue(of, from, to) && (from == to || !(isSpace(of[from]) || isSpace(of[to - 1])));
    }

    private static boolean isTarget(String target) {
        for (int i = 0; i < target.length(); i++) {
            if (target.charAt(i) <= ' ' || target.charAt(i) >= 0x7f) {
                return false;
            }
        }
        return target.charAt(0) == '/';
    }

    private static boolean isSpace(byte c) {
        return c == ' ' || c == '\t';
    }

    /** In any case, as host names and schemes are compared. */
    private static boolean equal(CharSequence a, CharSequence b) {
        return a.toString().equalsIgnoreCase(b.toString());
    }
}
