package dev.caravan.watch;

import dev.caravan.run.RunSummary;

/**
 * A run that nobody is at.
 *
 * @param next the command that goes on with it
 */
record InterruptedRun(RunSummary summary, String next) {}
