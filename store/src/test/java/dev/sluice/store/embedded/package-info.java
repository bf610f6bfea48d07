@NullMarked
package dev.sluice.store.embedded;

import org.jspecify.annotations.NullMarked;
