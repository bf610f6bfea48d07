/**
 * The local certificate authority and the certificates of the data plane's TLS listener. Read {@link dev.sluice.server.tls.TlsMaterial},
 * which runs once at the start, and {@link dev.sluice.server.tls.CertificateFiles}, which is confined to one thread at a time, first.
 */
@NullMarked
package dev.sluice.server.tls;

import org.jspecify.annotations.NullMarked;
