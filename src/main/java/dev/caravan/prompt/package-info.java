/** Renders a prompt for a unit from a Velocity template made safe and literal. */
@NullMarked
package dev.caravan.prompt;

import org.jspecify.annotations.NullMarked;
