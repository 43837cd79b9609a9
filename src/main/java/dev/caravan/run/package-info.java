/** A run as its events tell it: facts, state, units, books, and the folder in which they lie. */
@NullMarked
package dev.caravan.run;

import org.jspecify.annotations.NullMarked;
