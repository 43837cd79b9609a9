package dev.caravan.journal;

import java.time.Instant;

/**
 * What opening a journal found.
 *
 * @param bytes of the committed part
 * @param cutBytes behind it, which are cut
 * @param cutLines whole or torn lines among them
 */
public record JournalRecovery(
        long lastSeq, long bytes, long cutBytes, int cutLines, Instant lastTime, long lastEpoch) {}
