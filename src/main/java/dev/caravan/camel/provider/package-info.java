/** The beans that the provider routes name: mappings, typing of replies, files. */
@NullMarked
package dev.caravan.camel.provider;

import org.jspecify.annotations.NullMarked;
