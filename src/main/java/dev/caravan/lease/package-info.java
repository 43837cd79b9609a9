/** The right to write a folder, which falls free when its holder dies. */
@NullMarked
package dev.caravan.lease;

import org.jspecify.annotations.NullMarked;
