/*
 * SPDX-FileCopyrightText: The Sluice authors
 * SPDX-License-Identifier: Apache-2.0
 */
/** Exact rate limits and quotas; needs nothing but the JDK. */
module dev.sluice.limits {
    requires static org.jspecify;

    exports dev.sluice.limits;
}
