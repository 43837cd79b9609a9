/** What the service answers over HTTP, and to whom; knows nothing of the server that carries it. */
@org.jspecify.annotations.NullMarked
package dev.caravan.web;
