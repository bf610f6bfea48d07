/**
 * Writes the wire module's Java records and trimmed service models from AWS's published service models.
 *
 * <p>Read {@link dev.sluice.wire.codegen.Generator} first, then {@link dev.sluice.wire.codegen.ServiceDefinition} and
 * {@link dev.sluice.wire.codegen.Overlay}. Runs at build time, on one thread; never shipped.
 */
@NullMarked
package dev.sluice.wire.codegen;

import org.jspecify.annotations.NullMarked;
