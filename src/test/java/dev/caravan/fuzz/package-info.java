/** Answers, files and folders changed by seed, and what must hold of runs whatever was done to them. */
@NullMarked
package dev.caravan.fuzz;

import org.jspecify.annotations.NullMarked;
