/** Prices tokens with integers and keeps the books. */
@NullMarked
package dev.caravan.cost;

import org.jspecify.annotations.NullMarked;
