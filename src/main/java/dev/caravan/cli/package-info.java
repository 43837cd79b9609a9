/** The caravan command: parses arguments, prints, returns exit codes. */
@NullMarked
package dev.caravan.cli;

import org.jspecify.annotations.NullMarked;
