/*
 * SPDX-FileCopyrightText: The Sluice authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.sluice.server;

import dev.sluice.server.folder.AdministratorKey;
import dev.sluice.store.RecordStore;
import dev.sluice.store.Row;
import dev.sluice.store.Vault;
import java.nio.charset.StandardCharsets;
import java.util.Map;
import java.util.Optional;

/** Keeps the administrator's access key as a record: its id in clear, its secret sealed. */
final class AdministratorKeeper implements AdministratorKey.Keeper {
    private static final String KIND = "accessKey";

    private final RecordStore records;
    private final Vault vault;

    AdministratorKeeper(RecordStore records, Vault vault) {
        this.records = records;
        this.vault = vault;
    }

    @Override
    public Optional<AdministratorKey> load() {
        return records.read(all -> all.list(KIND, "", null, 1)).stream()
                .findFirst()
                .map(this::key);
    }

    private AdministratorKey key(Row row) {
        byte[] secret = vault.open(sealedAs(row.id()), row.body());
        return new AdministratorKey(row.id(), new String(secret, StandardCharsets.US_ASCII));
    }

    @Override
    public void save(AdministratorKey key) {
        byte[] secret = key.secretAccessKey().getBytes(StandardCharsets.US_ASCII);
        byte[] sealed = vault.seal(sealedAs(key.accessKeyId()), secret);
        records.<Boolean>write(tx -> {
            tx.put(KIND, key.accessKeyId(), sealed, Map.of());
            return true;
        });
    }

    private static String sealedAs(String accessKeyId) {
        return KIND + "/" + accessKeyId;
    }
}
