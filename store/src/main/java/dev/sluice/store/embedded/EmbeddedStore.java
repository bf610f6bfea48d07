/*
 * SPDX-FileCopyrightText: The Sluice authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.sluice.store.embedded;

import dev.sluice.limits.QuotaLedger;
import dev.sluice.store.DataFolder;
import dev.sluice.store.MasterKey;
import dev.sluice.store.RecordStore;
import dev.sluice.store.SampleStore;
import dev.sluice.store.StoreException;
import dev.sluice.store.StoreException.Code;
import dev.sluice.store.Vault;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.sql.SQLException;
import java.util.ArrayDeque;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** All that a data folder keeps, open. Thread-safe. Closing writes what is queued; the folder itself stays the caller's to close. */
public final class EmbeddedStore implements AutoCloseable {
    private static final List<Schema> SCHEMAS = List.of(Schemas.CONFIG, Schemas.USAGE, Schemas.METRICS);
    private static final String CHECK = "vault.check";

    private final SqliteFile config;
    private final SqliteFile usage;
    private final SqliteFile metrics;
    private final Vault vault;

    private EmbeddedStore(SqliteFile config, SqliteFile usage, SqliteFile metrics, Vault vault) {
        this.config = config;
        this.usage = usage;
        this.metrics = metrics;
        this.vault = vault;
    }

    /**
     * Opens the files, makes those that are missing, and migrates older ones after copying them to {@code backup/}.
     *
     * @param masterKey the key from the settings; null to use {@code master.key}, which is made where nothing was ever sealed
     * @param productVersion to be named in messages
     * @throws StoreException NEWER_VERSION, with nothing changed, if a newer version wrote a file; WRONG_MASTER_KEY if the key is missing
     *     or is not the one that sealed what is there
     */
    public static EmbeddedStore open(DataFolder folder, @Nullable MasterKey masterKey, String productVersion) {
        for (Schema schema : SCHEMAS) {
            schema.check(folder.resolve(schema.fileName()), productVersion);
        }
        var opened = new ArrayDeque<SqliteFile>();
        try {
            SqliteFile config = open(folder, Schemas.CONFIG, "sluice-store-config", productVersion);
            opened.push(config);
            Vault vault = unlock(folder, masterKey, config);
            SqliteFile usage = open(folder, Schemas.USAGE, "sluice-store-usage", productVersion);
            opened.push(usage);
            SqliteFile metrics = open(folder, Schemas.METRICS, "sluice-store-metrics", productVersion);
            return new EmbeddedStore(config, usage, metrics, vault);
        } catch (RuntimeException e) {
            opened.forEach(SqliteFile::close);
            throw e;
        }
    }

    private static SqliteFile open(DataFolder folder, Schema schema, String threadName, String productVersion) {
        Path path = folder.resolve(schema.fileName());
        try {
            Session session = Session.writer(path);
            try {
                schema.migrate(session, folder.resolve("backup"), productVersion);
                return SqliteFile.open(session, threadName);
            } catch (IOException | SQLException | RuntimeException e) {
                session.close();
                throw e;
            }
        } catch (SQLException e) {
            throw SqliteFailure.of(path, e);
        } catch (IOException e) {
            throw new StoreException(Code.IO, "cannot copy " + path + " aside: " + e.getMessage(), e);
        }
    }

    /** A value sealed at the first start tells a wrong key before anything is sealed with it. */
    private static Vault unlock(DataFolder folder, @Nullable MasterKey given, SqliteFile config) {
        Optional<byte[]> check = config.read(
                session -> session.first("SELECT value FROM fact WHERE name = ?", row -> row.getBytes(1), CHECK));
        Optional<MasterKey> found = given != null ? Optional.of(given) : folder.masterKey();
        if (check.isEmpty()) {
            Vault vault = Vault.of(found.orElseGet(folder::newMasterKey));
            byte[] sealed = vault.seal(CHECK, CHECK.getBytes(StandardCharsets.UTF_8));
            config.writer()
                    .write(session -> session.update("INSERT INTO fact (name, value) VALUES (?, ?)", CHECK, sealed));
            return vault;
        }
        Vault vault = Vault.of(found.orElseThrow(() -> new StoreException(
                Code.WRONG_MASTER_KEY,
                folder + " holds secrets, but " + folder.resolve("master.key")
                        + " is missing and no master key is set")));
        try {
            vault.open(CHECK, check.get());
            return vault;
        } catch (StoreException e) {
            throw new StoreException(
                    Code.WRONG_MASTER_KEY, "the master key is not the one that sealed the secrets in " + folder, e);
        }
    }

    public RecordStore records() {
        return new SqliteRecordStore(config);
    }

    public Vault vault() {
        return vault;
    }

    /** Stages complete on the writer's thread: what depends on them must be short and must not wait for the ledger. */
    public QuotaLedger quotas() {
        return new SqliteQuotaLedger(usage);
    }

    public SampleStore samples() {
        return new SqliteSampleStore(metrics);
    }

    SqliteFile config() {
        return config;
    }

    SqliteFile usage() {
        return usage;
    }

    @Override
    public void close() {
        metrics.close();
        usage.close();
        config.close();
    }
}
