package dev.caravan.service;

import dev.caravan.base.Disk;
import dev.caravan.base.UserMistakeException;
import dev.caravan.journal.CorruptJournalException;
import dev.caravan.lease.LeaseHeldException;
import dev.caravan.operator.GivenApproval;
import dev.caravan.run.CommandFolder;
import dev.caravan.run.RunFolder;
import dev.caravan.run.RunStore;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.time.Clock;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Runs that wait for approval. Nobody holds them meanwhile: whoever decides writes into the run's journal, and this looks
 * whether the journal grew. A word that was left for a holder that is gone is carried out here.
 */
final class PendingApprovals {
    private static final Logger log = LoggerFactory.getLogger(PendingApprovals.class);
    private static final long NEVER_LOOKED = -1;

    private final Disk disk;
    private final Clock clock;
    private final Map<RunFolder, Long> waiting = new LinkedHashMap<>();

    PendingApprovals(Disk disk, Clock clock) {
        this.disk = disk;
        this.clock = clock;
    }

    void watch(RunFolder folder) {
        waiting.putIfAbsent(folder, NEVER_LOOKED);
    }

    boolean contains(RunFolder folder) {
        return waiting.containsKey(folder);
    }

    /** Runs that somebody decided on since the last look; they are watched no more. */
    List<RunFolder> decided() {
        var decided = new ArrayList<RunFolder>();
        waiting.replaceAll((folder, seen) -> {
            if (!Files.exists(folder.journal())) {
                decided.add(folder);
                return seen;
            }
            obey(folder);
            long size = size(folder);
            if (size != seen && !waits(folder)) {
                decided.add(folder);
            }
            return size;
        });
        decided.forEach(waiting::remove);
        return decided;
    }

    /** A damaged run does not wait: whoever takes it says what is wrong. What the disk refuses is looked at again. */
    private static boolean waits(RunFolder folder) {
        try {
            return RunStore.read(folder).waitsForApproval();
        } catch (UserMistakeException | CorruptJournalException e) {
            return false;
        } catch (UncheckedIOException e) {
            return true;
        }
    }

    private void obey(RunFolder folder) {
        var commands = new CommandFolder(folder);
        if (GivenApproval.isLeft(commands)) {
            try (RunStore store = RunStore.open(folder, disk, clock, "service")) {
                GivenApproval.obey(store, commands);
            } catch (LeaseHeldException | UserMistakeException | CorruptJournalException e) {
                // Whoever holds it carries the word out; a damaged run is told when it is read.
            } catch (UncheckedIOException e) {
                log.debug("the word on {} waits for the disk", folder.name(), e);
            }
        }
    }

    private static long size(RunFolder folder) {
        try {
            return Files.size(folder.journal());
        } catch (IOException e) {
            return NEVER_LOOKED;
        }
    }
}
