/**
 * The IAM operations for roles: what an owner of functions needs to give them one.
 *
 * <p>Read first: {@link dev.sluice.control.iam.RoleOperations}, {@link dev.sluice.control.iam.RoleDocument}, {@link
 * dev.sluice.control.iam.TrustPolicy}. Threads: calls run on virtual threads and may block; all types are thread-safe.
 */
@NullMarked
package dev.sluice.control.iam;

import org.jspecify.annotations.NullMarked;
