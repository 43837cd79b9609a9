/** Outcomes of calls as they are written and booked, and how units are settled by them, chunk by chunk. */
@NullMarked
package dev.caravan.settle;

import org.jspecify.annotations.NullMarked;
