/** Starts the process and wires the features together. */
@NullMarked
package dev.caravan.app;

import org.jspecify.annotations.NullMarked;
