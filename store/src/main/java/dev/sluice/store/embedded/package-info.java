/**
 * Keeps everything in SQLite files of one data folder, with nothing beside the process; the only package that knows SQLite.
 *
 * <p>Read first: {@link dev.sluice.store.embedded.EmbeddedStore}, {@code SqliteFile}, {@code SqliteRecordStore}. Each file has one writer
 * thread, which commits many calls at once; readers have connections of their own.
 */
@NullMarked
package dev.sluice.store.embedded;

import org.jspecify.annotations.NullMarked;
