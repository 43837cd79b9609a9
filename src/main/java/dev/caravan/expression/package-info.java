/**
 * Expressions and rules in Groovy's words: parsed by Groovy, carried out by our own interpreter over JSON values. Nothing
 * else is reachable; see decision 7.
 */
@NullMarked
package dev.caravan.expression;

import org.jspecify.annotations.NullMarked;
