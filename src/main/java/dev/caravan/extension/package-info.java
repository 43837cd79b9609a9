/** What an operator adds to the installation: routes, mappings and jars of his own. */
@NullMarked
package dev.caravan.extension;

import org.jspecify.annotations.NullMarked;
