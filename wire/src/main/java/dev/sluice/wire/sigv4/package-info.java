/**
 * Verifies AWS Signature Version 4, in headers and in presigned URLs, and makes it for our own calls.
 *
 * <p>Read {@link dev.sluice.wire.sigv4.SigV4Authenticator} first, then {@link dev.sluice.wire.sigv4.CanonicalRequest} and
 * {@link dev.sluice.wire.sigv4.Credentials}. All types are thread-safe.
 */
@NullMarked
package dev.sluice.wire.sigv4;

import org.jspecify.annotations.NullMarked;
