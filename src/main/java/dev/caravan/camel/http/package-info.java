/** The service's HTTP server: Camel's own, with a guard before all that it serves. */
@org.jspecify.annotations.NullMarked
package dev.caravan.camel.http;
