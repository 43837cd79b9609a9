package dev.caravan.journal;

import java.nio.file.Path;

/** A line inside the journal cannot be what was written. The run stops rather than guess. */
public final class CorruptJournalException extends RuntimeException {
    CorruptJournalException(Path file, long line, long offset, String what) {
        super(file + ", line " + line + " (byte " + offset + "): " + what
                + "; events behind it were committed, so this is no torn tail. Restore the file from a copy.");
    }
}
