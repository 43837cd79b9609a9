/** What is dropped into {@code pipelines/} while the service runs: noticed once, decided once, remembered for good. */
@NullMarked
package dev.caravan.arrival;

import org.jspecify.annotations.NullMarked;
