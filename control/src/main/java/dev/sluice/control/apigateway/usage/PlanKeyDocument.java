/*
 * SPDX-FileCopyrightText: The Sluice authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.sluice.control.apigateway.usage;

/** An API key's membership in a usage plan. */
record PlanKeyDocument(String planId, String keyId) {
    String id() {
        return id(planId, keyId);
    }

    static String id(String planId, String keyId) {
        return planId + "/" + keyId;
    }
}
