/** What people ask of a run when it is over, or on its way: its results, its quality, its cost. Reads, never writes into the run's truth. */
@org.jspecify.annotations.NullMarked
package dev.caravan.report;
