/*
 * SPDX-FileCopyrightText: The Sluice authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.sluice.functions;

/** A zip that is not accepted; the message is fit for the caller of the API. */
final class ZipFault extends Exception {
    private static final long serialVersionUID = 1L;

    ZipFault(String message) {
        super(message);
    }
}
