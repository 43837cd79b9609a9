/** What tests of many features share: the program and its service as a user starts them, providers on 127.0.0.1, and runs to hold against. */
@NullMarked
package dev.caravan.testing;

import org.jspecify.annotations.NullMarked;
