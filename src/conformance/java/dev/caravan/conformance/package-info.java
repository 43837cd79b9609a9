/** The providers' own SDKs against the simulator. */
@NullMarked
package dev.caravan.conformance;

import org.jspecify.annotations.NullMarked;
