/*
 * SPDX-FileCopyrightText: The Sluice authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.sluice.control.apigateway;

import dev.sluice.store.Transaction;

/** Hears of a stage that goes, so that whatever refers to it can let go in the same transaction. */
public interface StageListener {
    /** Within the transaction that deletes the stage. */
    void stageDeleted(Transaction tx, String apiId, String stageName);

    /** After that transaction was committed, before the call is answered. */
    void stageGone(String apiId, String stageName);
}
