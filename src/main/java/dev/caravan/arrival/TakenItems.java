package dev.caravan.arrival;

import java.nio.file.Path;
import java.time.Instant;
import java.util.Locale;

/**
 * A file of items that was taken out of an inbox and is not yet acknowledged.
 *
 * @param id names it for good, over restarts too
 * @param file the name it was dropped under
 * @param at when it was taken
 */
record TakenItems(String id, String pipeline, String file, Instant at) {
    /** The folder in a pipeline's that files are dropped into. */
    static final String INBOX = "inbox";

    /** Its name from now on: the id with the ending that tells the format. */
    String kept() {
        return id + ending(file);
    }

    /** Where it lies until it is acknowledged. */
    Path claimed(Path pipelines) {
        return inbox(pipelines).resolve(".claimed").resolve(kept());
    }

    Path inbox(Path pipelines) {
        return pipelines.resolve(pipeline).resolve(INBOX);
    }

    /** From the last dot, in small letters; empty without one. */
    static String ending(String file) {
        int dot = file.lastIndexOf('.');
        return dot < 0 ? "" : file.substring(dot).toLowerCase(Locale.ROOT);
    }
}
