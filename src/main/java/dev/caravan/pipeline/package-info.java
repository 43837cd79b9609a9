/** The folder a person writes: config, items, steps; read and checked in one go. */
@NullMarked
package dev.caravan.pipeline;

import org.jspecify.annotations.NullMarked;
