/** What every feature needs and no feature owns: JSON, collected problems, durable writes. */
@NullMarked
package dev.caravan.base;

import org.jspecify.annotations.NullMarked;
