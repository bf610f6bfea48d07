/**
 * What connections of both sides need of their event loop. Read {@link dev.sluice.gateway.loop.Deadline}. Everything is confined to one event
 * loop.
 */
@NullMarked
package dev.sluice.gateway.loop;

import org.jspecify.annotations.NullMarked;
