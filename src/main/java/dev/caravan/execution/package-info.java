/** Decides what to do next and does it: plan, render, buy, judge, settle. */
@NullMarked
package dev.caravan.execution;

import org.jspecify.annotations.NullMarked;
