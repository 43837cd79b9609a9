package dev.caravan.repair;

import com.fasterxml.jackson.databind.JsonNode;
import dev.caravan.base.Json;
import dev.caravan.base.Sha256;
import dev.caravan.base.UnitRecord;
import dev.caravan.journal.JsonLines;
import dev.caravan.journal.LineWindow;
import dev.caravan.journal.SealedLine;
import dev.caravan.money.Money;
import dev.caravan.provider.Usage;
import dev.caravan.run.FileChecksums;
import dev.caravan.run.FileLengths;
import dev.caravan.run.GivenFiles;
import dev.caravan.run.JournalReplay;
import dev.caravan.run.Ledger;
import dev.caravan.run.Lineage;
import dev.caravan.run.RunFacts;
import dev.caravan.run.RunFolder;
import dev.caravan.run.RunState;
import dev.caravan.run.RunStatus;
import dev.caravan.run.RunSummary;
import dev.caravan.run.UnitReview;
import dev.caravan.run.UnitStanding;
import dev.caravan.settle.EarlierOutputs;
import dev.caravan.settle.ReplyRow;
import dev.caravan.settle.ResultsTail;
import dev.caravan.settle.RunOutputs;
import dev.caravan.settle.SettledFiles;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.BitSet;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.Supplier;

/**
 * Holds a run to itself, from its files: the whole journal is folded anew, and the input, every results file, every
 * settled file and the outputs are read and compared with it, unit by unit. Writes nothing, takes no lease; holds one
 * chunk at a time.
 */
public final class RunVerification {

    /**
     * One step's account. A unit that reached it is valid, gone or open, and nothing else.
     *
     * @param failed or dropped: gone from the run at this step
     * @param missing passed or failed by the journal, and in no settled file
     * @param duplicated twice in the settled files, or both valid and failed
     * @param orphaned in a settled file without having reached the step
     */
    public record StepAccount(
            String step,
            int expected,
            int valid,
            int failed,
            int open,
            List<String> missing,
            List<String> duplicated,
            List<String> orphaned) {
        boolean whole() {
            return missing.isEmpty() && duplicated.isEmpty() && orphaned.isEmpty() && expected == valid + failed + open;
        }
    }

    /** @param problems what else does not hold, in words */
    public record Report(String run, RunStatus status, int units, List<StepAccount> steps, List<String> problems) {
        /** The first things that do not hold, in a few words; empty when all does. */
        public String trouble() {
            var told = new ArrayList<String>(problems);
            for (StepAccount each : steps) {
                tell(told, each.missing(), "missing at step " + each.step());
                tell(told, each.duplicated(), "twice at step " + each.step());
                tell(told, each.orphaned(), "orphaned at step " + each.step());
            }
            return String.join("; ", told.subList(0, Math.min(told.size(), MOST_TOLD)));
        }

        private static void tell(List<String> told, List<String> ids, String what) {
            if (!ids.isEmpty()) {
                told.add(what + ": " + String.join(", ", ids.subList(0, Math.min(ids.size(), MOST_TOLD))));
            }
        }

        public boolean whole() {
            return problems.isEmpty() && steps.stream().allMatch(StepAccount::whole);
        }
    }

    private static final int MOST_TOLD = 5;

    private final RunFolder folder;
    private final RunState state;
    private final RunFacts facts;
    private final Set<String> problems = new TreeSet<>();
    private final List<Tally> tallies = new ArrayList<>();
    private Usage usage = Usage.NONE;
    private long calls;
    private long untold;
    private Money untoldBound = Money.ZERO;
    /** Of rows of an earlier version that kept what cannot be: the books took them as they stood, or as unknown. */
    private long odd;

    private long rootAt = -1;
    private String rootId = "";

    private RunVerification(RunFolder folder, RunState state) {
        this.folder = folder;
        this.state = state;
        this.facts = state.facts();
        facts.steps().forEach(each -> tallies.add(new Tally()));
    }

    private static final class Tally {
        int expected;
        int valid;
        int failed;
        int open;
        final List<String> missing = new ArrayList<>();
        final List<String> duplicated = new ArrayList<>();
        final List<String> orphaned = new ArrayList<>();

        /** @param valid whether it has a line in the validated file */
        void add(UnitStanding standing, boolean valid, boolean failed) {
            expected += standing.reached() ? 1 : 0;
            open += standing == UnitStanding.OPEN ? 1 : 0;
            this.valid += valid ? 1 : 0;
            this.failed += failed ? 1 : 0;
        }
    }

    /** @throws dev.caravan.journal.CorruptJournalException when the journal itself is damaged before its end */
    public static Report of(RunFolder folder) {
        long journal = Files.exists(folder.journal()) ? size(folder.journal()) : 0;
        var check = new RunVerification(folder, JournalReplay.of(folder));
        Optional<String> manifest = JournalReplay.manifestTrouble(folder, check.state);
        // A run that is written to meanwhile has moved on; its snapshot is not to blame.
        if (size(folder.journal()) == journal) {
            manifest.ifPresent(check.problems::add);
        }
        check.problems.addAll(GivenFiles.trouble(folder, check.state));
        check.packets();
        return check.report();
    }

    /** What people decided on is there as they saw it. Nothing follows from it any more, so it keeps no run. */
    private void packets() {
        for (UnitReview each : state.reviews()) {
            Path packet =
                    folder.packet(facts.steps().get(each.step()), each.round()).resolve("packet.json");
            if (!holds(packet, each.packet())) {
                problems.add(shown(packet) + " is not what was shown to whoever decided; restore it from a copy");
            }
        }
    }

    private static boolean holds(Path packet, String digest) {
        try {
            return Files.exists(packet)
                    && Sha256.hex(Files.readAllBytes(packet)).equals(digest);
        } catch (IOException e) {
            throw new UncheckedIOException("cannot read " + packet, e);
        }
    }

    /**
     * As {@link #of}, for the run's own process: without the snapshot, which that process makes from its state.
     *
     * @param counted what that process counts; should it have begun with a false snapshot, its journal says otherwise
     */
    static Report ofFiles(RunFolder folder, Supplier<RunSummary> counted) {
        RunSummary before = counted.get();
        var check = new RunVerification(folder, JournalReplay.of(folder));
        RunSummary after = counted.get();
        Ledger ledger = check.state.ledger();
        boolean rests = before.cost().settled().equals(after.cost().settled());
        if (rests
                && (!after.cost().settled().equals(ledger.settled())
                        || !after.cost().usage().equals(ledger.usage()))) {
            check.problems.add("the journal adds up to other sums than the run counts: it began with a false snapshot;"
                    + " move MANIFEST.json away");
        }
        return check.report();
    }

    private Report report() {
        units();
        books();
        outputs();
        var steps = new ArrayList<StepAccount>();
        for (int i = 0; i < tallies.size(); i++) {
            Tally tally = tallies.get(i);
            steps.add(new StepAccount(
                    facts.steps().get(i),
                    tally.expected,
                    tally.valid,
                    tally.failed,
                    tally.open,
                    tally.missing,
                    tally.duplicated,
                    tally.orphaned));
        }
        return new Report(facts.run(), state.status(), facts.units(), steps, List.copyOf(problems));
    }

    private void units() {
        if (!Files.exists(folder.units())) {
            problems.add("input/units.jsonl is gone");
            return;
        }
        var ids = new ArrayList<String>();
        var offsets = new long[facts.units()];
        int[] count = {0};
        JsonLines.scanBytes(folder.units(), 0, size(folder.units()), (offset, bytes, length, whole) -> {
            JsonNode node = whole ? line(bytes, length) : Json.object();
            if (UnitRecord.number(node) != count[0]) {
                problems.add("input/units.jsonl: line " + (count[0] + 1) + " does not hold unit " + count[0]);
            }
            if (count[0] < offsets.length) {
                offsets[count[0]] = offset;
            }
            count[0]++;
            ids.add(UnitRecord.id(node));
            // The last chunk of the input may go on with the first children.
            if (ids.size() == facts.chunkSize() && count[0] < facts.units()) {
                chunk((count[0] - 1) / facts.chunkSize(), ids);
                ids.clear();
            }
        });
        if (count[0] != facts.units()) {
            problems.add("input/units.jsonl holds " + count[0] + " units, the run has " + facts.units());
            if (!ids.isEmpty()) {
                chunk((count[0] - 1) / facts.chunkSize(), ids);
            }
            return;
        }
        children(ids, offsets);
    }

    /**
     * Checks those that follow the input.
     *
     * @param ids of the last chunk of the input, where that is not full
     * @param offsets of the input's lines, where roots are called by name
     */
    private void children(List<String> ids, long[] offsets) {
        Lineage lineage = state.units().lineage();
        for (int unit = facts.units(); unit < lineage.units(); unit++) {
            if (ids.size() == facts.chunkSize()) {
                chunk((unit - 1) / facts.chunkSize(), ids);
                ids.clear();
            }
            ids.add(lineage.id(unit, rootId(offsets[lineage.root(unit)])));
        }
        if (!ids.isEmpty()) {
            chunk((lineage.units() - 1) / facts.chunkSize(), ids);
        }
    }

    /** Children of one unit of the input follow each other: one line is read for them all. */
    private String rootId(long offset) {
        if (offset != rootAt) {
            rootAt = offset;
            rootId = LineWindow.only(folder.units(), offset).path(UnitRecord.ID).asText();
        }
        return rootId;
    }

    private void chunk(int chunk, List<String> ids) {
        var keys = new HashSet<String>();
        for (int step = 0; step < facts.steps().size(); step++) {
            replies(chunk, step, keys);
            var valid = new BitSet();
            var failed = new BitSet();
            settled(chunk, step, ids, 0, valid);
            settled(chunk, step, ids, 1, failed);
            account(chunk, step, ids, valid, failed);
        }
    }

    private void account(int chunk, int step, List<String> ids, BitSet valid, BitSet failed) {
        Tally tally = tallies.get(step);
        int first = chunk * facts.chunkSize();
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
    private void settled(int chunk, int step, List<String> ids, int which, BitSet seen) {
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
        if (!partlyVoid && !SettledFiles.holds(file, length, crc)) {
            problems.add(shown(file) + " does not hold what was settled; `caravan repair` makes it again");
            if (!JsonLines.exists(file)) {
                return;
            }
        }
        int first = chunk * facts.chunkSize();
        JsonLines.scanBytes(file, 0, Math.min(length, size(file)), (offset, bytes, count, whole) -> {
            JsonNode node = whole ? line(bytes, count) : Json.object();
            int unit = UnitRecord.number(node) - first;
            if (unit < 0 || unit >= ids.size()) {
                problems.add(shown(file) + ": the line at byte " + offset + " holds no unit of its chunk");
            } else if (!ids.get(unit).equals(UnitRecord.id(node))) {
                problems.add(shown(file) + ": unit " + (unit + first) + " is called " + UnitRecord.id(node)
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

    /** The line's object; an empty one for what is no JSON, which holds nothing that is asked for. */
    private static JsonNode line(byte[] bytes, int count) {
        try {
            return Json.mapper().readTree(bytes, 0, count);
        } catch (IOException e) {
            return Json.object();
        }
    }

    private void replies(int chunk, int step, Set<String> keys) {
        Path file = folder.results(facts.steps().get(step), chunk);
        long length = state.lengths(step, chunk).results();
        tail(file, length);
        if (length == 0) {
            return;
        }
        if (!JsonLines.exists(file) || size(file) < length) {
            problems.add(shown(file) + " is shorter than what was booked: paid answers are missing");
            return;
        }
        JsonLines.scanBytes(file, 0, length, (offset, bytes, count, whole) -> {
            JsonNode node = whole ? line(bytes, count) : Json.object();
            if (!ReplyRow.readable(node)) {
                problems.add(shown(file) + ": the line at byte " + offset + " is no reply");
                return;
            }
            if (SealedLine.isBroken(bytes, count)) {
                problems.add(shown(file) + ": the line at byte " + offset + " was changed since it was written; bring"
                        + " the file back from a copy");
            }
            ReplyRow row = ReplyRow.read(node);
            if (!keys.add(row.key())) {
                problems.add(shown(file) + ": the call " + row.key() + " stands twice");
            }
            if (row.paid()) {
                pay(row);
            }
        });
    }

    private void pay(ReplyRow row) {
        usage = usage.plus(row.usage());
        calls++;
        if (row.untold() && row.worst().isEmpty()) {
            odd++;
        } else if (row.untold()) {
            untold++;
            untoldBound = untoldBound.plus(row.worst().get());
        }
    }

    /** Whoever goes on books what lies behind what was booked, but for what is damaged or stands twice. */
    private void tail(Path file, long booked) {
        if (JsonLines.exists(file) && size(file) > booked) {
            var tail = new ResultsTail(file, booked);
            if (!tail.whole()) {
                problems.add(shown(file) + ": " + tail.trouble()
                        + "; whoever goes on takes them out, and what came in them is unknown");
            }
        }
    }

    /** Every token of every reply is in the books once. */
    private void books() {
        Ledger ledger = state.ledger();
        long booked = ledger.calls() - ledger.strayCalls();
        long input = ledger.usage().input() - ledger.strayUsage().input();
        long output = ledger.usage().output() - ledger.strayUsage().output();
        boolean equal = usage.input() == input && usage.output() == output;
        boolean odder = odd > 0 && usage.input() <= input && usage.output() <= output;
        if (calls != booked || !(equal || odder)) {
            problems.add("the books hold " + booked + " replies with " + input + " + " + output
                    + " tokens, the results files " + calls + " with " + usage.input() + " + " + usage.output());
        }
        unknown(ledger);
    }

    /** Every reply that told no usage is in the books as such, with what it can have cost at most. */
    private void unknown(Ledger ledger) {
        long booked = -ledger.strayUnknown();
        Money bound = Money.ZERO;
        for (Ledger.Line each : ledger.lines()) {
            booked += each.unknown();
            bound = bound.plus(each.unknownBound());
        }
        boolean counted = booked >= untold && booked <= untold + odd;
        boolean bounded = odd > 0 || ledger.strayUnknown() > 0 || bound.equals(untoldBound);
        if (!counted || !bounded) {
            problems.add("the books hold " + booked + " replies that told no usage, at most "
                    + bound.display() + " at risk; the results files " + untold + ", at most "
                    + untoldBound.display());
        }
    }

    private void outputs() {
        if (state.status() != RunStatus.COMPLETE) {
            return;
        }
        long done = lines(folder.outputs().resolve("results.jsonl"));
        long failed = lines(folder.outputs().resolve("failures.jsonl"));
        long dropped = lines(folder.outputs().resolve("dropped.jsonl"));
        if (done != state.done() || failed != state.failed() || dropped != state.dropped()) {
            problems.add("outputs/ hold " + done + " results and " + failed + " failures, the run has " + state.done()
                    + " and " + state.failed() + "; `caravan repair` writes them again");
        }
        if (state.outputs().isEmpty()) {
            new EarlierOutputs(folder, state).trouble().ifPresent(problems::add);
        }
        Map<String, String> now = RunOutputs.checksums(folder);
        state.outputs().forEach((name, checksum) -> {
            if (!checksum.equals(now.get(name))) {
                problems.add("outputs/" + name + " is not what the run was completed with; `caravan repair` writes it"
                        + " again");
            }
        });
    }

    private static long lines(Path file) {
        long[] count = {0};
        if (JsonLines.exists(file)) {
            JsonLines.scanBytes(file, 0, size(file), (offset, bytes, length, whole) -> count[0] += whole ? 1 : 0);
        }
        return count[0];
    }

    private String shown(Path file) {
        return folder.root().relativize(file).toString();
    }

    private static long size(Path file) {
        try {
            return JsonLines.size(file);
        } catch (IOException e) {
            throw new UncheckedIOException("cannot read " + file, e);
        }
    }
}
