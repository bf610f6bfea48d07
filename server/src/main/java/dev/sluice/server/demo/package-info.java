/**
 * Shows the product on a temporary server: builds the recipe with the AWS SDK, calls it, puts load on it. Read
 * {@link dev.sluice.server.demo.Demo} first, then {@link dev.sluice.server.demo.DemoRecipe} and
 * {@link dev.sluice.server.demo.TierReport}. Runs on one thread and knows the server by its public interfaces only.
 */
@NullMarked
package dev.sluice.server.demo;

import org.jspecify.annotations.NullMarked;
