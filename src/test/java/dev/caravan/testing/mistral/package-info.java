/** Mistral's wire as it documents it, served from memory: what the routes in {@code routes/mistral} are held to. */
@NullMarked
package dev.caravan.testing.mistral;

import org.jspecify.annotations.NullMarked;
