/**
 * The STS operation that tells callers who they are.
 *
 * <p>Read first: {@link dev.sluice.control.sts.CallerOperations}. Threads: it keeps nothing and may be called from any.
 */
@NullMarked
package dev.sluice.control.sts;

import org.jspecify.annotations.NullMarked;
