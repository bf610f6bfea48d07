/*
 * SPDX-FileCopyrightText: The Sluice authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.sluice.gateway;

import java.util.List;

/** What a {@link Backend} made of a request. */
public sealed interface BackendResponse {
    /**
     * A whole answer.
     *
     * @param status 200 to 599
     * @param headers checked by the gateway before they are sent; one that cannot be sent makes the answer MALFORMED
     */
    @SuppressWarnings("ArrayRecordComponent") // never compared
    record Answer(int status, List<Header> headers, byte[] body) implements BackendResponse {
        public Answer {
            headers = List.copyOf(headers);
        }
    }

    /**
     * No answer; the client gets the gateway's own.
     *
     * @param serviceStatus what the service that runs the back end answered, which may be 200 although the back end failed; 0 when there is no
     *     such service, or it said nothing
     */
    record Failed(Kind kind, int serviceStatus) implements BackendResponse {
        /** Of a back end that no service runs. */
        public Failed(Kind kind) {
            this(kind, 0);
        }
    }

    /** Why there is no answer. */
    enum Kind {
        /** The back end's answer breaks its contract: 502. */
        MALFORMED,
        /** The back end failed: 502. */
        ERROR,
        /** The back end may not be called, or not in this way: 500. */
        CONFIGURATION,
        /** The request is larger than the back end takes: 413. */
        TOO_LARGE
    }
}
