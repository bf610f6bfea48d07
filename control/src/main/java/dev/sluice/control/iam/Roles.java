/*
 * SPDX-FileCopyrightText: The Sluice authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.sluice.control.iam;

import dev.sluice.control.Documents;
import dev.sluice.store.RecordStore;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentMap;
import java.util.concurrent.locks.ReentrantLock;

/** The roles as calls find them, in memory. Thread-safe; the questions take no lock. {@link RoleOperations} keeps it as it changes records. */
public final class Roles {
    private final RecordStore store;
    private final ConcurrentMap<String, LiveRole> roles = new ConcurrentHashMap<>();
    /** Held while a record is read and set here, so that the view never goes back in time. */
    private final ReentrantLock lock = new ReentrantLock();

    private Roles(RecordStore store) {
        this.store = store;
    }

    public static Roles open(RecordStore store) {
        Roles roles = new Roles(store);
        store.read(records -> Documents.list(records, RoleDocument.KIND, ""))
                .forEach(role -> roles.refresh(role.name()));
        return roles;
    }

    /** Whether there is such a role, the service may assume it, and its policies let it invoke functions. */
    public boolean letsInvokeFunctions(String roleArn, String service) {
        String name = ManagedPolicies.lastSegment(roleArn);
        LiveRole role = roles.get(RoleDocument.id(name));
        return role != null
                && role.document().arn().equals(roleArn)
                && role.trust().trusts(service)
                && role.document().policyArns().stream().anyMatch(ManagedPolicies::allowsInvokingFunctions);
    }

    RecordStore store() {
        return store;
    }

    /** Takes over what the store has under the name. */
    void refresh(String name) {
        lock.lock();
        try {
            Optional<RoleDocument> role = store.read(records -> RoleDocument.find(records, name));
            if (role.isPresent()
                    && TrustPolicy.parse(role.get().trustPolicy())
                            instanceof TrustPolicy.Check.Valid(TrustPolicy trust)) {
                roles.put(RoleDocument.id(name), new LiveRole(role.get(), trust));
            } else {
                roles.remove(RoleDocument.id(name));
            }
        } finally {
            lock.unlock();
        }
    }

    private record LiveRole(RoleDocument document, TrustPolicy trust) {}
}
