/**
 * The Secrets Manager operation that makes random passwords.
 *
 * <p>Read first: {@link dev.sluice.control.secretsmanager.PasswordOperations}, {@link dev.sluice.control.secretsmanager.PasswordRules}.
 * Threads: all types are thread-safe.
 */
@NullMarked
package dev.sluice.control.secretsmanager;

import org.jspecify.annotations.NullMarked;
