/*
 * SPDX-FileCopyrightText: The Sluice authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.sluice.gateway.netty;

import io.netty.handler.codec.http.HttpHeaderNames;
import io.netty.handler.codec.http2.DefaultHttp2Headers;
import io.netty.handler.codec.http2.DefaultHttp2HeadersDecoder;
import io.netty.handler.codec.http2.Http2Headers;
import io.netty.util.AsciiString;

/**
 * Reads the fields of a head, and refuses two lengths of the body where they come: the codec makes one of those that are equal (RFC 9110, section
 * 8.6, lets it) before anybody else sees them, and HTTP/1.1's are refused here. Confined to the event loop.
 */
final class Http2Fields extends DefaultHttp2HeadersDecoder {
    /** The codec's own choice. */
    private static final int HUFFMAN_BYTES = -1;

    Http2Fields(long maxBytes) {
        super(true, maxBytes, HUFFMAN_BYTES);
    }

    @Override
    protected Http2Headers newHeaders() {
        return new OneLength(validateHeaders(), validateHeaderValues(), numberOfHeadersGuess());
    }

    private static final class OneLength extends DefaultHttp2Headers {
        OneLength(boolean validate, boolean validateValues, int fields) {
            super(validate, validateValues, fields);
        }

        /** What is thrown here ends the stream as malformed. */
        @Override
        public Http2Headers add(CharSequence name, CharSequence value) {
            if (HttpHeaderNames.CONTENT_LENGTH.contentEquals(name)
                    && (contains(HttpHeaderNames.CONTENT_LENGTH) || AsciiString.contains(value, ","))) {
                throw new IllegalArgumentException("content-length: two of them (expected: one)");
            }
            super.add(name, value);
            return this;
        }
    }
}
