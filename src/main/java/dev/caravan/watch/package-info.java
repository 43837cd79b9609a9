/** What the process tells of itself and its runs: meters, health, MBeans, and who may do what by Jolokia. No Camel. */
@org.jspecify.annotations.NullMarked
package dev.caravan.watch;
