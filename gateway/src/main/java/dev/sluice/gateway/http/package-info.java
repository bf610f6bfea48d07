/**
 * HTTP/1.1 messages as bytes (RFC 9112, a strict subset): scanned once in place, kept without an object per field, framed without a second
 * reading. Read {@link dev.sluice.gateway.http.RequestScan}, {@link dev.sluice.gateway.http.FieldLines} and
 * {@link dev.sluice.gateway.http.BodyReader} first. Scans and readers are confined to the event loop of their connection; what they made may
 * be read on any thread.
 */
@NullMarked
package dev.sluice.gateway.http;

import org.jspecify.annotations.NullMarked;
