/** How fast an account may be asked: learned from its answers, shared by all runs and processes of a machine. */
@NullMarked
package dev.caravan.limit;

import org.jspecify.annotations.NullMarked;
