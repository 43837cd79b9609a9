package dev.caravan.repair;

import dev.caravan.journal.JsonLines;
import dev.caravan.run.FileChecksums;
import dev.caravan.run.FileLengths;
import dev.caravan.run.RunFacts;
import dev.caravan.run.RunFolder;
import dev.caravan.run.RunState;
import dev.caravan.run.UnitStanding;
import dev.caravan.settle.ResultsTail;
import dev.caravan.settle.SettledFiles;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.BitSet;
import java.util.HashSet;
import java.util.List;
import java.util.Set;

/** One chunk's files held to the journal, and what was found: of its own, until the chunks are put together. */
final class ChunkVerification {
    private final RunFolder folder;
    private final RunState state;
    private final RunFacts facts;
    private final boolean quick;
    private final int chunk;
    private final int first;
    private final List<String> problems = new ArrayList<>();
    private final List<StepTally> tallies = new ArrayList<>();
    private final ReplyTally replies = new ReplyTally();
    private final UnitLine unitLine = new UnitLine();
    private final ReplyLine replyLine = new ReplyLine();

    /** @param quick whether lines need not be read as a whole that a checksum proves to be as they were written */
    ChunkVerification(RunFolder folder, RunState state, boolean quick, int chunk) {
        this.folder = folder;
        this.state = state;
        this.facts = state.facts();
        this.quick = quick;
        this.chunk = chunk;
        first = chunk * facts.chunkSize();
        facts.steps().forEach(each -> tallies.add(new StepTally()));
    }

    List<String> problems() {
        return problems;
    }

    List<StepTally> tallies() {
        return tallies;
    }

    ReplyTally replies() {
        return replies;
    }

    void against(InputLines input) {
        List<String> ids = input.ids(chunk, problems);
        var keys = new HashSet<String>();
        for (int step = 0; step < facts.steps().size(); step++) {
            replies(step, keys);
            var valid = new BitSet();
            var failed = new BitSet();
            settled(step, ids, 0, valid);
            settled(step, ids, 1, failed);
            account(step, ids, valid, failed);
        }
    }

    private void account(int step, List<String> ids, BitSet valid, BitSet failed) {
        StepTally tally = tallies.get(step);
        boolean fansOut = facts.shape().isFanOut(step);
        for (int i = 0; i < Math.min(ids.size(), state.units().count() - first); i++) {
            UnitStanding standing = state.standing(first + i, step);
            boolean passed = standing == UnitStanding.PASSED;
            boolean gone = standing == UnitStanding.FAILED || standing == UnitStanding.DROPPED;
            if (fansOut && passed) {
                // What became of it are its children; it has no line of its own.
                valid.set(i);
            }
            tally.add(standing, valid.get(i), failed.get(i));
            if (valid.get(i) && failed.get(i)) {
                tally.duplicated.add(ids.get(i));
            } else if (isWithout(passed, valid.get(i)) || isWithout(gone, failed.get(i))) {
                tally.missing.add(ids.get(i));
            } else if (isWithout(valid.get(i), passed) || isWithout(failed.get(i), gone)) {
                tally.orphaned.add(ids.get(i));
            }
        }
    }

    private static boolean isWithout(boolean one, boolean other) {
        return one && !other;
    }

    /** @param which 0 for the validated file, 1 for the failures */
    private void settled(int step, List<String> ids, int which, BitSet seen) {
        String name = facts.steps().get(step);
        Path file = which == 0 ? folder.validated(name, chunk) : folder.failures(name, chunk);
        FileLengths lengths = state.lengths(step, chunk);
        long length = which == 0 ? lengths.validated() : lengths.failures();
        if (length == 0) {
            return;
        }
        FileChecksums checksums = state.checksums(step, chunk);
        long crc = which == 0 ? checksums.validated() : checksums.failures();
        // Units were sent back or got another chance: the file holds lines that are void, and will be made again.
        boolean partlyVoid = crc == FileChecksums.VOID;
        boolean holds = !partlyVoid && SettledFiles.holds(file, length, crc);
        boolean proven = quick && holds;
        if (!partlyVoid && !holds) {
            problems.add(shown(file) + " does not hold what was settled; `caravan repair` makes it again");
            if (!JsonLines.exists(file)) {
                return;
            }
        }
        JsonLines.scanBytes(file, 0, Math.min(length, RunFiles.size(file)), (offset, bytes, count, whole) -> {
            unitLine.take(bytes, count, whole, proven);
            int unit = unitLine.number() - first;
            if (unit < 0 || unit >= ids.size()) {
                problems.add(shown(file) + ": the line at byte " + offset + " holds no unit of its chunk");
            } else if (!ids.get(unit).equals(unitLine.id())) {
                problems.add(shown(file) + ": unit " + (unit + first) + " is called " + unitLine.id()
                        + ", in the input " + ids.get(unit));
            } else if (partlyVoid) {
                seen.set(unit, counts(state.standing(unit + first, step), which));
            } else if (seen.get(unit)) {
                tallies.get(step).duplicated.add(ids.get(unit));
            } else {
                seen.set(unit);
            }
        });
    }

    /** Whether a line of the validated file (0) or the failures (1) goes with where its unit stands. */
    private static boolean counts(UnitStanding standing, int which) {
        return which == 0
                ? standing == UnitStanding.PASSED
                : standing == UnitStanding.FAILED || standing == UnitStanding.DROPPED;
    }

    private void replies(int step, Set<String> keys) {
        Path file = folder.results(facts.steps().get(step), chunk);
        long length = state.lengths(step, chunk).results();
        tail(file, length);
        if (length == 0) {
            return;
        }
        if (!JsonLines.exists(file) || RunFiles.size(file) < length) {
            problems.add(shown(file) + " is shorter than what was booked: paid answers are missing");
            return;
        }
        JsonLines.scanBytes(file, 0, length, (offset, bytes, count, whole) -> {
            replyLine.take(bytes, count, whole, quick);
            if (!replyLine.readable()) {
                problems.add(shown(file) + ": the line at byte " + offset + " is no reply");
                return;
            }
            if (replyLine.broken()) {
                problems.add(shown(file) + ": the line at byte " + offset + " was changed since it was written; bring"
                        + " the file back from a copy");
            }
            if (!keys.add(replyLine.key())) {
                problems.add(shown(file) + ": the call " + replyLine.key() + " stands twice");
            }
            replyLine.addTo(replies);
        });
    }

    /** Whoever goes on books what lies behind what was booked, but for what is damaged or stands twice. */
    private void tail(Path file, long booked) {
        if (JsonLines.exists(file) && RunFiles.size(file) > booked) {
            var tail = new ResultsTail(file, booked);
            if (!tail.whole()) {
                problems.add(shown(file) + ": " + tail.trouble()
                        + "; whoever goes on takes them out, and what came in them is unknown");
            }
        }
    }

    private String shown(Path file) {
        return RunFiles.shown(folder, file);
    }
}
