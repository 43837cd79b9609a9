/** Deaths of the real program, and power cuts, at every place that writes or asks. */
@NullMarked
package dev.caravan.crash;

import org.jspecify.annotations.NullMarked;
