/*
 * SPDX-FileCopyrightText: The Sluice authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.sluice.gateway.explain;

/** Why a request was refused, or would have been. */
public enum Reason {
    /** A level held no token. */
    RATE,
    /** The quota of the period was used up. */
    QUOTA,
    /** A level that is short is shared, and this was beyond the key's share. */
    FAIR_SHARE,
    /** No unit of the quota could be reserved durably in time. */
    QUOTA_NOT_RESERVED,
    /** The method requires a key and none was sent. */
    KEY_MISSING,
    /** More than one was sent. */
    KEY_REPEATED,
    /** There is no key with the value sent. */
    KEY_UNKNOWN,
    KEY_DISABLED,
    /** The client's address has presented too many keys that are unknown or disabled. */
    KEY_GUESSED,
    /** No usage plan of the key covers the stage. */
    KEY_WITHOUT_PLAN
}
