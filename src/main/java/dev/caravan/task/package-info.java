/** What is done once when every unit of a run has its outcome: scripts, packing, exports, reports. */
@org.jspecify.annotations.NullMarked
package dev.caravan.task;
