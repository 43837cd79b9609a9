/** Inner pieces of the record path, measured one by one with JMH: {@code ./mvnw -Pjmh test-compile exec:exec}. */
package dev.caravan.benchmark;
