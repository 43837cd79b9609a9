/** Money: prices of tokens, what a run has spent and may still spend, and what it will cost. */
@NullMarked
package dev.caravan.cost;

import org.jspecify.annotations.NullMarked;
