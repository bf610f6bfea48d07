/** Tests of the signatures. */
@NullMarked
package dev.sluice.wire.sigv4;

import org.jspecify.annotations.NullMarked;
