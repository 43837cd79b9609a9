/** What an exchange carries on its way through a route, by names that Java and the route files share. */
@org.jspecify.annotations.NullMarked
package dev.caravan.camel.exchange;
