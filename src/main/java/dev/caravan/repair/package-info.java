/** Holds a run to its own files, and makes again what is derived, damaged or failed. */
@NullMarked
package dev.caravan.repair;

import org.jspecify.annotations.NullMarked;
