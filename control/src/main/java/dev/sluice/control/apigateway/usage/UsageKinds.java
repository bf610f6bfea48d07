/*
 * SPDX-FileCopyrightText: The Sluice authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.sluice.control.apigateway.usage;

import dev.sluice.control.Documents.Kind;

/** The kinds of document of this package, and the indexes by which they are found. */
final class UsageKinds {
    /** By key id. */
    static final Kind<ApiKeyDocument> API_KEY = new Kind<>("apiKey", ApiKeyDocument.class);
    /** By plan id. */
    static final Kind<UsagePlanDocument> USAGE_PLAN = new Kind<>("usagePlan", UsagePlanDocument.class);
    /** By {@code planId/keyId}. */
    static final Kind<PlanKeyDocument> PLAN_KEY = new Kind<>("planKey", PlanKeyDocument.class);

    /** Of an API key: the fingerprint of its value. */
    static final String VALUE_INDEX = "unique:value";
    /** Of an API key: its name. */
    static final String NAME_INDEX = "name";
    /** Of a plan key: the key's id. */
    static final String KEY_INDEX = "key";

    private UsageKinds() {}
}
