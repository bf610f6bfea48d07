/*
 * SPDX-FileCopyrightText: The Sluice authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.sluice.control.apigateway;

import dev.sluice.store.Transaction;
import java.util.List;

/** Hears of an API or a stage that goes, so that whatever refers to it can let go in the same transaction, or refuse by a ServiceException. */
public interface StageListener {
    /** Within the transaction that deletes the API, before {@link #stageDeleted} for each of its stages. */
    void apiDeleted(Transaction tx, String apiId);

    /** Within the transaction that deletes the stage. */
    void stageDeleted(Transaction tx, String apiId, String stageName);

    /** After that transaction was committed, before the call is answered. */
    void stageGone(String apiId, String stageName);

    /** Tells all of them, in order. */
    static StageListener all(List<StageListener> listeners) {
        return new StageListener() {
            @Override
            public void apiDeleted(Transaction tx, String apiId) {
                listeners.forEach(listener -> listener.apiDeleted(tx, apiId));
            }

            @Override
            public void stageDeleted(Transaction tx, String apiId, String stageName) {
                listeners.forEach(listener -> listener.stageDeleted(tx, apiId, stageName));
            }

            @Override
            public void stageGone(String apiId, String stageName) {
                listeners.forEach(listener -> listener.stageGone(apiId, stageName));
            }
        };
    }
}
