/**
 * The data plane's model: what is served now, and what a request and its answer are. Read {@link dev.sluice.gateway.Published},
 * {@link dev.sluice.gateway.Stage} and {@link dev.sluice.gateway.Exchange} first. Model types are immutable or thread-safe; an exchange is
 * confined to its event loop.
 */
@NullMarked
package dev.sluice.gateway;

import org.jspecify.annotations.NullMarked;
