/** An amount of money, known or not, and how it is added up; no price. */
@NullMarked
package dev.caravan.money;

import org.jspecify.annotations.NullMarked;
