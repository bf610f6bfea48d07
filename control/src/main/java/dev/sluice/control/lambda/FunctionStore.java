/*
 * SPDX-FileCopyrightText: The Sluice authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.sluice.control.lambda;

import dev.sluice.control.Documents;
import dev.sluice.functions.CodePackage;
import dev.sluice.functions.CodeSource;
import dev.sluice.functions.FunctionSpec;
import dev.sluice.functions.Functions;
import dev.sluice.store.BlobStore;
import dev.sluice.store.RecordStore;
import dev.sluice.store.Records;
import dev.sluice.store.Transaction;
import dev.sluice.store.Vault;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * The functions: their records, their code as blobs, and the live view that calls use. A change is durable, and seen by calls, when its
 * method returns. Thread-safe; all methods but {@link #live} may block.
 */
public final class FunctionStore {
    static final String CODE_INDEX = "code";
    static final String PREVIOUS_CODE_INDEX = "previous-code";

    private final RecordStore records;
    private final BlobStore blobs;
    private final SealedVariables variables;
    private final Functions functions;
    private final LiveFunctions live = new LiveFunctions();
    /** Held while a blob is put and its record written, or a record removed and its blob deleted, so that no blob in use is deleted. */
    private final ReentrantLock codeLock = new ReentrantLock();
    /** Held while a record is read and set in the live view, so that the view never goes back in time. */
    private final ReentrantLock viewLock = new ReentrantLock();

    private FunctionStore(RecordStore records, BlobStore blobs, Vault vault, Functions functions) {
        this.records = records;
        this.blobs = blobs;
        this.variables = new SealedVariables(vault);
        this.functions = functions;
    }

    /** Loads all functions into the live view. */
    public static FunctionStore open(RecordStore records, BlobStore blobs, Vault vault, Functions functions) {
        FunctionStore store = new FunctionStore(records, blobs, vault, functions);
        for (FunctionDocument function : records.read(view -> Documents.list(view, FunctionDocument.KIND, ""))) {
            store.live.set(function.name(), store.toLive(function));
        }
        return store;
    }

    /** Where {@link Functions} finds the code that this class keeps. */
    public static CodeSource codeSource(BlobStore blobs) {
        return sha256 -> blobs.has(sha256) ? Optional.of(blobs.get(sha256)) : Optional.empty();
    }

    public LiveFunctions live() {
        return live;
    }

    SealedVariables variables() {
        return variables;
    }

    <T> T read(Function<Records, T> function) {
        return records.read(function);
    }

    /**
     * Keeps the zip, then writes the record that the function makes; nothing but an unreferenced blob is left when it throws, and that one
     * is deleted.
     */
    FunctionDocument writeWithCode(
            byte[] zip, CodePackage code, String name, Function<Transaction, FunctionDocument> change) {
        codeLock.lock();
        try {
            String sha256 = blobs.put(zip);
            if (!sha256.equals(code.sha256())) {
                throw new IllegalStateException("blob " + sha256 + " of a zip that hashes to " + code.sha256());
            }
            FunctionDocument before =
                    records.read(view -> FunctionDocument.find(view, name).orElse(null));
            try {
                return write(name, change);
            } finally {
                deleteUnused(sha256);
                if (before != null) {
                    deleteUnused(before.code().sha256());
                    deleteUnused(before.code().previousSha256());
                }
            }
        } finally {
            codeLock.unlock();
        }
    }

    /** Writes the record that the function makes of the present state, and shows it to calls. */
    FunctionDocument write(String name, Function<Transaction, FunctionDocument> change) {
        FunctionDocument written = records.write(tx -> {
            FunctionDocument function = change.apply(tx);
            Documents.put(tx, FunctionDocument.KIND, name, function, indexes(function));
            return function;
        });
        refresh(name);
        return written;
    }

    /** Whether there was one. Running calls go on; idle environments stop. */
    boolean delete(String name) {
        codeLock.lock();
        try {
            Optional<FunctionDocument> gone = records.write(tx -> {
                Optional<FunctionDocument> function = FunctionDocument.find(tx, name);
                tx.delete(FunctionDocument.KIND.name(), name);
                return function;
            });
            refresh(name);
            gone.ifPresent(function -> {
                functions.retire(function.arn());
                deleteUnused(function.code().sha256());
                deleteUnused(function.code().previousSha256());
            });
            return gone.isPresent();
        } finally {
            codeLock.unlock();
        }
    }

    /** Stops the idle environments of what was replaced. */
    void retire(String arn) {
        functions.retire(arn);
    }

    private static Map<String, String> indexes(FunctionDocument function) {
        String previous = function.code().previousSha256();
        return previous == null
                ? Map.of(CODE_INDEX, function.code().sha256())
                : Map.of(CODE_INDEX, function.code().sha256(), PREVIOUS_CODE_INDEX, previous);
    }

    private void deleteUnused(@Nullable String sha256) {
        if (sha256 == null) {
            return;
        }
        boolean used = records.read(view ->
                !view.find(FunctionDocument.KIND.name(), CODE_INDEX, sha256).isEmpty()
                        || !view.find(FunctionDocument.KIND.name(), PREVIOUS_CODE_INDEX, sha256)
                                .isEmpty());
        if (!used) {
            blobs.delete(sha256);
        }
    }

    private void refresh(String name) {
        viewLock.lock();
        try {
            Optional<FunctionDocument> function = records.read(view -> FunctionDocument.find(view, name));
            live.set(name, function.map(this::toLive).orElse(null));
        } finally {
            viewLock.unlock();
        }
    }

    private LiveFunction toLive(FunctionDocument function) {
        List<String> arn = List.of(function.arn().split(":"));
        FunctionDocument.Configuration configuration = function.configuration();
        FunctionSpec spec = new FunctionSpec(
                function.arn(),
                function.name(),
                FunctionName.LATEST,
                configuration.runtime(),
                configuration.handler(),
                function.code().sha256(),
                configuration.memoryMegabytes(),
                Duration.ofSeconds(configuration.timeoutSeconds()),
                variables.open(function),
                arn.get(3),
                arn.get(4),
                function.generation());
        return new LiveFunction(spec, function.permissions());
    }
}
