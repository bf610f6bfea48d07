/*
 * SPDX-FileCopyrightText: The Sluice authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.sluice.wire.sigv4;

/** What a signature is good for: a day (as {@code 20150830}), a region, a service. */
record Scope(String date, String region, String service) {
    /** As it stands in the string to sign. */
    @Override
    public String toString() {
        return date + "/" + region + "/" + service + "/" + Signature.TERMINATOR;
    }
}
