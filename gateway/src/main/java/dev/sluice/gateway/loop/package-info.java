/**
 * What connections of both sides need of their event loop: deadlines, and the buffers that they read into and write from. Read
 * {@link dev.sluice.gateway.loop.Deadline} and {@link dev.sluice.gateway.loop.LoopBuffers}. Everything is confined to one event loop.
 */
@NullMarked
package dev.sluice.gateway.loop;

import org.jspecify.annotations.NullMarked;
