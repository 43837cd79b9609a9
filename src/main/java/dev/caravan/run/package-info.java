/** The folder the engine writes: journal, the state folded from it, results, lease. */
@NullMarked
package dev.caravan.run;

import org.jspecify.annotations.NullMarked;
