package dev.caravan.run;

import dev.caravan.base.UserMistakeException;
import dev.caravan.lease.Lease;
import dev.caravan.lease.LeaseHolder;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.util.Optional;

/**
 * A run as every view shows it: what its journal says, and whether anybody is at it. A run that is running by its journal
 * and that no process holds is <em>interrupted</em>; that is found out here, each time anew, and stands in no file.
 *
 * @param held whether a process has its lease
 */
public record RunView(RunState state, RunSummary summary, boolean held, Optional<LeaseHolder> holder) {
    /** A journal that grows at each look has a holder. */
    private static final int MOST_LOOKS = 5;

    /**
     * Looks at a run: writes nothing and keeps nobody from it.
     *
     * @throws UserMistakeException when there is none
     */
    public static RunView of(RunFolder folder) {
        return find(folder)
                .orElseThrow(() ->
                        new UserMistakeException(folder.root().toString(), "", "holds no run: its journal is empty"));
    }

    /** As the other; empty where the journal is. */
    public static Optional<RunView> find(RunFolder folder) {
        for (int look = 1; ; look++) {
            long before = length(folder);
            RunState state = RunStore.read(folder);
            if (!state.created()) {
                return Optional.empty();
            }
            boolean held = Lease.isHeld(folder.root());
            // Who wrote meanwhile may have ended in between: then both are looked at again.
            if (held || look == MOST_LOOKS || length(folder) == before) {
                RunStatus status = shown(state.status(), held);
                return Optional.of(new RunView(
                        state, RunSummary.of(state, status), held, held ? holder(folder) : Optional.empty()));
            }
        }
    }

    /** The one rule: what a status is called where it is known whether somebody is at the run. */
    private static RunStatus shown(RunStatus status, boolean held) {
        return status == RunStatus.RUNNING && !held ? RunStatus.INTERRUPTED : status;
    }

    /** Empty also in the moment in which a holder has the lease and has not said who it is. */
    private static Optional<LeaseHolder> holder(RunFolder folder) {
        return Lease.holder(folder.root()).filter(each -> !each.released());
    }

    private static long length(RunFolder folder) {
        try {
            return Files.exists(folder.journal()) ? Files.size(folder.journal()) : -1;
        } catch (IOException e) {
            throw new UncheckedIOException("cannot read " + folder.journal(), e);
        }
    }

    /** Who is at it and what it is at, in words. */
    public String atWork() {
        return !held
                ? "nobody"
                : holder.map(each -> each + (each.doing().isEmpty() ? "" : "; " + each.doing()))
                        .orElse("a process that took it up just now");
    }
}
