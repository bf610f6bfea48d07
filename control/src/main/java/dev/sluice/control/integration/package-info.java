/**
 * Lets the gateway call functions: what a function gets for a request, and what a client gets for a function's answer.
 *
 * <p>Read first: {@link dev.sluice.control.integration.FunctionIntegrations}, {@link dev.sluice.control.integration.ProxyEvent}, {@link
 * dev.sluice.control.integration.ProxyAnswer}. Threads: called on event loops, works on virtual threads.
 */
@NullMarked
package dev.sluice.control.integration;

import org.jspecify.annotations.NullMarked;
