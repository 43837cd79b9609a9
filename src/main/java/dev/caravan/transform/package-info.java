/** JSLT mappings of records, bounded and confined: what a transform step does. */
@org.jspecify.annotations.NullMarked
package dev.caravan.transform;
