/*
 * SPDX-FileCopyrightText: The Sluice authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.sluice.server.admin;

import io.netty.handler.codec.http.HttpHeaderNames;
import io.netty.handler.codec.http.HttpHeaderValues;
import io.netty.handler.codec.http.HttpMethod;
import io.netty.handler.codec.http.HttpRequest;
import io.netty.handler.codec.http.HttpUtil;
import io.netty.handler.codec.http.HttpVersion;
import io.netty.handler.codec.http.TooLongHttpHeaderException;
import io.netty.handler.codec.http.TooLongHttpLineException;
import java.util.List;

/** What the server makes of a request's head before it reads the body. */
sealed interface RequestHead {
    /** @param expectsContinue the client waits for 100 before it sends the body */
    record Accepted(HttpRequest request, boolean keepAlive, boolean expectsContinue) implements RequestHead {}

    /** The connection ends after this answer, as it is uncertain where the next request begins. */
    record Refused(int status, String reason) implements RequestHead {}

    static RequestHead of(HttpRequest request, int maxBodyBytes) {
        if (request.decoderResult().isFailure()) {
            return broken(request.decoderResult().cause());
        }
        var headers = request.headers();
        var version = request.protocolVersion();
        if (!version.equals(HttpVersion.HTTP_1_1) && !version.equals(HttpVersion.HTTP_1_0)) {
            return new Refused(505, "only HTTP/1.1 and HTTP/1.0 are spoken here");
        }
        if (!isOriginForm(request.uri()) || request.method().equals(HttpMethod.CONNECT)) {
            return new Refused(400, "the target must be a path");
        }
        var hosts = headers.getAll(HttpHeaderNames.HOST).size();
        if (hosts > 1 || (hosts == 0 && version.equals(HttpVersion.HTTP_1_1))) {
            return new Refused(400, "exactly one Host header is needed");
        }
        var codings = headers.getAll(HttpHeaderNames.TRANSFER_ENCODING);
        if (!codings.isEmpty() && version.equals(HttpVersion.HTTP_1_0)) {
            return new Refused(400, "HTTP/1.0 has no Transfer-Encoding");
        }
        if (!codings.isEmpty() && !codings.equals(List.of("chunked"))) {
            return new Refused(501, "the only transfer coding known is chunked");
        }
        if (HttpUtil.getContentLength(request, 0L) > maxBodyBytes) {
            return new Refused(413, "the body is larger than " + maxBodyBytes + " bytes");
        }
        var expects = headers.getAll(HttpHeaderNames.EXPECT);
        if (!expects.isEmpty() && !expects.stream().allMatch(HttpHeaderValues.CONTINUE::contentEqualsIgnoreCase)) {
            return new Refused(417, "the only expectation known is 100-continue");
        }
        return new Accepted(
                request, HttpUtil.isKeepAlive(request), !expects.isEmpty() && version.equals(HttpVersion.HTTP_1_1));
    }

    private static RequestHead broken(Throwable cause) {
        if (cause instanceof TooLongHttpLineException) {
            return new Refused(414, "the request line is too long");
        }
        if (cause instanceof TooLongHttpHeaderException) {
            return new Refused(431, "the headers are too long");
        }
        return new Refused(400, "the request is not well-formed");
    }

    private static boolean isOriginForm(String target) {
        return target.startsWith("/") && target.chars().allMatch(c -> c > ' ' && c < 0x7f && c != '#');
    }
}
