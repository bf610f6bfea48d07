/**
 * Attacks on a started gateway, over raw sockets and from the specifications: what clients and upstreams may send to be taken for something
 * else. Read {@code AttackCase} for the form of the corpus in {@code resources/attacks}, {@code RecordingOrigin} for how it is seen what was
 * forwarded, and {@code CorpusTest}.
 */
@NullMarked
package dev.sluice.gateway.attack;

import org.jspecify.annotations.NullMarked;
