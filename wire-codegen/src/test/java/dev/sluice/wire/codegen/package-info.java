/** Tests of the generator. */
@NullMarked
package dev.sluice.wire.codegen;

import org.jspecify.annotations.NullMarked;
