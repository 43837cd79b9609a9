/** The service: turns what is dropped into a folder of pipelines into runs, many at a time, and keeps them going. */
@org.jspecify.annotations.NullMarked
package dev.caravan.service;
