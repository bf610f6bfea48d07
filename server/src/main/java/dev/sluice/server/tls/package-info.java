/**
 * The local certificate authority and the certificate of the data plane's TLS listener. Read
 * {@link dev.sluice.server.tls.TlsMaterial} first. Runs once at the start, on the main thread.
 */
@NullMarked
package dev.sluice.server.tls;

import org.jspecify.annotations.NullMarked;
