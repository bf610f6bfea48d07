/*
 * SPDX-FileCopyrightText: The Sluice authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.sluice.gateway.netty;

import dev.sluice.gateway.filter.GatewayError;
import dev.sluice.gateway.http.Verdict;

/** What is answered to a head that was not taken. */
final class Verdicts {
    private Verdicts() {}

    static GatewayError error(Verdict verdict) {
        return switch (verdict) {
            case BAD -> GatewayError.BAD_REQUEST;
            case URL_TOO_LONG -> GatewayError.URI_TOO_LONG;
            case HEADERS_TOO_LARGE -> GatewayError.HEADERS_TOO_LARGE;
            case INCOMPLETE, COMPLETE -> throw new IllegalStateException("no refusal: " + verdict);
        };
    }
}
