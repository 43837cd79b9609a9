/** Money, what tokens cost, and the registry of providers and models that prices come from. */
@NullMarked
package dev.caravan.cost;

import org.jspecify.annotations.NullMarked;
