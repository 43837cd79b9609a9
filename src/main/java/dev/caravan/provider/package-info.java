/** What is said to a language model service and what it says back, as typed values. */
@NullMarked
package dev.caravan.provider;

import org.jspecify.annotations.NullMarked;
