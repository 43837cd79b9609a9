/** Append-only files of JSON lines that a power cut cannot tear: how they are written and read. */
@NullMarked
package dev.caravan.journal;

import org.jspecify.annotations.NullMarked;
