/**
 * Open-loop load and the judgement of what came back. Read {@link dev.sluice.server.load.LoadGenerator},
 * {@link dev.sluice.server.load.LoadResult} and {@link dev.sluice.server.load.Envelope}. A run is confined to the thread that calls
 * it; results are immutable.
 */
@NullMarked
package dev.sluice.server.load;

import org.jspecify.annotations.NullMarked;
