/**
 * The main program: reads settings, wires every part together, starts and stops them. Read {@link dev.sluice.server.Sluice} first,
 * then {@link dev.sluice.server.StartCommand} and {@link dev.sluice.server.Wiring}. Commands run on the main thread.
 */
@NullMarked
package dev.sluice.server;

import org.jspecify.annotations.NullMarked;
