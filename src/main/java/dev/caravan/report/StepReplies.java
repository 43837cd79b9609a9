package dev.caravan.report;

import dev.caravan.journal.JsonLines;
import dev.caravan.provider.Usage;
import dev.caravan.run.RunFolder;
import dev.caravan.run.RunState;
import dev.caravan.settle.ReplyRow;
import dev.caravan.settle.ReplyRowReader;
import java.nio.file.Path;

/** What the replies of a step tell that its ledger does not. */
final class StepReplies {
    private Usage repeated = Usage.NONE;
    private int repeats;
    private long longest;

    static StepReplies read(RunFolder folder, RunState state, int step) {
        var replies = new StepReplies();
        for (int chunk = 0; chunk < state.chunks(); chunk++) {
            Path file = folder.results(state.facts().steps().get(step), chunk);
            long length = state.lengths(step, chunk).results();
            if (length > 0 && JsonLines.exists(file)) {
                ReplyRowReader.scan(file, 0, length, (offset, row) -> replies.add(row));
            }
        }
        return replies;
    }

    private void add(ReplyRow row) {
        longest = Math.max(longest, row.usage().output());
        if (row.paid() && row.attempt() > 1) {
            repeated = repeated.plus(row.usage());
            repeats++;
        }
    }

    /** Tokens of paid replies to units that had been asked before. */
    Usage repeated() {
        return repeated;
    }

    /** How many those are. */
    int repeats() {
        return repeats;
    }

    /** Output tokens of the longest answer. */
    long longest() {
        return longest;
    }
}
