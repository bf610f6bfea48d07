/**
 * The chain that every request passes before its integration is called: route, API key, limits. Read
 * {@link dev.sluice.gateway.filter.Filter}, {@link dev.sluice.gateway.filter.LiveExchange} and
 * {@link dev.sluice.gateway.filter.GatewayError} first. Filters and exchanges are confined to one event loop.
 */
@NullMarked
package dev.sluice.gateway.filter;

import org.jspecify.annotations.NullMarked;
