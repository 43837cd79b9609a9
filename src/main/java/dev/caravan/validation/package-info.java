/** Judges a reply: parse, schema, rules; every judgement is a list of findings. */
@NullMarked
package dev.caravan.validation;

import org.jspecify.annotations.NullMarked;
