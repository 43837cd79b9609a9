/** What a step is: its kinds, how each is checked, made ready, performed and judged. */
@NullMarked
package dev.caravan.step;

import org.jspecify.annotations.NullMarked;
