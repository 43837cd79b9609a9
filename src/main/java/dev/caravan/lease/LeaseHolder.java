package dev.caravan.lease;

import dev.caravan.base.ProcessIdentity;
import java.time.Instant;

/**
 * Who holds, or held, a run.
 *
 * @param host its name, for people
 * @param doing what it is at, in words
 * @param mark of the folder it held, see {@link FolderMark}
 * @param journal bytes of the journal that were durable when this was written
 * @param released whether it gave the run back
 */
public record LeaseHolder(
        ProcessIdentity process,
        String host,
        Instant started,
        Instant heartbeat,
        long epoch,
        String doing,
        String mark,
        long journal,
        boolean released) {

    /** Its number, which means nothing but on its machine and in its container. */
    public long pid() {
        return process.pid();
    }

    @Override
    public String toString() {
        return "process " + pid() + " on " + host + ", since " + started;
    }
}
