/*
 * SPDX-FileCopyrightText: The Sluice authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.sluice.gateway;

import dev.sluice.limits.FairShare;
import dev.sluice.limits.LiveLimit;

/** How the levels above a stage's methods are shared fairly among keys; the state outlives the stage's snapshots. */
public record FairLevels(FairShare stage, FairShare api, FairShare account) {
    /** The most specific one that is limited now and refuses. */
    public FairShare inForce() {
        if (limited(stage)) {
            return stage;
        }
        return limited(api) ? api : account;
    }

    private static boolean limited(FairShare share) {
        LiveLimit limit = share.shared().limit();
        return !limit.get().unlimited() && !limit.dryRun();
    }
}
