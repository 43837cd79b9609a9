/** A test of every file in {@code routes/}, in Camel's own kit: the file alone, with its neighbours as mocks. */
@NullMarked
package dev.caravan.camel.routes;

import org.jspecify.annotations.NullMarked;
