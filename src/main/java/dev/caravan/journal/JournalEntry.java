package dev.caravan.journal;

import com.fasterxml.jackson.databind.node.ObjectNode;
import java.time.Instant;

/** One event as it lies in the journal. */
public record JournalEntry(long seq, Instant time, String type, String actor, long epoch, ObjectNode body) {}
