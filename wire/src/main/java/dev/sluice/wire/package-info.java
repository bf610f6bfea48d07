/**
 * Reads and writes the AWS wire protocols from AWS's own service models, signatures included.
 *
 * <p>Read {@link dev.sluice.wire.Dispatcher} first, then {@link dev.sluice.wire.Handlers} and
 * {@link dev.sluice.wire.ServiceModel}. Everything is immutable after construction and thread-safe; nothing keeps a thread.
 */
@NullMarked
package dev.sluice.wire;

import org.jspecify.annotations.NullMarked;
