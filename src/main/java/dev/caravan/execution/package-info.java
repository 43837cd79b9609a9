/** A run while a process is at it: what is to be done next, asked, sent, watched and handed on. */
@NullMarked
package dev.caravan.execution;

import org.jspecify.annotations.NullMarked;
