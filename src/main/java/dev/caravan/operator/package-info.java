/** What people say of a run: approvals, answers to packets, other models, the price of what was not told, and the way it reaches whoever holds the run. */
@NullMarked
package dev.caravan.operator;

import org.jspecify.annotations.NullMarked;
