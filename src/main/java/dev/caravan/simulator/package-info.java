/** A provider on loopback that speaks the real wire, keeps a bill, and misbehaves on demand. */
@NullMarked
package dev.caravan.simulator;

import org.jspecify.annotations.NullMarked;
