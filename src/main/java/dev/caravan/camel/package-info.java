/** The beans that the route files name. The only feature, with app, that knows Camel. */
@NullMarked
package dev.caravan.camel;

import org.jspecify.annotations.NullMarked;
