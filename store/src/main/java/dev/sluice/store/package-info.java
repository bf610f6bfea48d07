/**
 * Keeps records, secrets, blobs and samples; this package holds the ports and what needs no database.
 *
 * <p>Read first: {@link dev.sluice.store.RecordStore}, {@link dev.sluice.store.Vault}, {@link dev.sluice.store.DataFolder}. Every type
 * that keeps something is thread-safe; its calls block for a read or a durable write, so they belong on virtual threads.
 */
@NullMarked
package dev.sluice.store;

import org.jspecify.annotations.NullMarked;
