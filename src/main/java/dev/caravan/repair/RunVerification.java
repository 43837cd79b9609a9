package dev.caravan.repair;

import dev.caravan.base.Sha256;
import dev.caravan.journal.JsonLines;
import dev.caravan.run.GivenFiles;
import dev.caravan.run.JournalReplay;
import dev.caravan.run.Ledger;
import dev.caravan.run.RunFacts;
import dev.caravan.run.RunFolder;
import dev.caravan.run.RunState;
import dev.caravan.run.RunStatus;
import dev.caravan.run.RunSummary;
import dev.caravan.run.UnitReview;
import dev.caravan.settle.EarlierOutputs;
import dev.caravan.settle.RunOutputs;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.function.Supplier;

/**
 * Holds a run to itself, from its files: the whole journal is folded anew, and the input, every results file, every
 * settled file and the outputs are read and compared with it, unit by unit. Writes nothing, takes no lease; holds a few
 * chunks at a time.
 *
 * <p>Chunks are looked at side by side, and what was found is put together in their order: a report is the same however
 * many cores there are.
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
    /** Chunks that wait to be put together, for each that is looked at. */
    private static final int AHEAD = 4;

    private final RunFolder folder;
    private final RunState state;
    private final RunFacts facts;
    private final boolean quick;
    private final Set<String> problems = new TreeSet<>();
    private final List<StepTally> tallies = new ArrayList<>();
    private final ReplyTally replies = new ReplyTally();

    /** @param quick whether lines need not be read as a whole that a checksum proves to be as they were written */
    private RunVerification(RunFolder folder, RunState state, boolean quick) {
        this.folder = folder;
        this.state = state;
        this.facts = state.facts();
        this.quick = quick;
        facts.steps().forEach(each -> tallies.add(new StepTally()));
    }

    /** @throws dev.caravan.journal.CorruptJournalException when the journal itself is damaged before its end */
    public static Report of(RunFolder folder) {
        long journal = Files.exists(folder.journal()) ? RunFiles.size(folder.journal()) : 0;
        var check = new RunVerification(folder, JournalReplay.of(folder), false);
        Optional<String> manifest = JournalReplay.manifestTrouble(folder, check.state);
        // A run that is written to meanwhile has moved on; its snapshot is not to blame.
        if (RunFiles.size(folder.journal()) == journal) {
            manifest.ifPresent(check.problems::add);
        }
        check.problems.addAll(GivenFiles.trouble(folder, check.state));
        check.packets();
        return check.report(Runtime.getRuntime().availableProcessors());
    }

    /** What people decided on is there as they saw it. Nothing follows from it any more, so it keeps no run. */
    private void packets() {
        for (UnitReview each : state.reviews()) {
            Path packet =
                    folder.packet(facts.steps().get(each.step()), each.round()).resolve("packet.json");
            if (!holds(packet, each.packet())) {
                problems.add(RunFiles.shown(folder, packet)
                        + " is not what was shown to whoever decided; restore it from a copy");
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
     * As {@link #of}, for the run's own process: without the snapshot, which that process makes from its state, and on
     * its own thread.
     *
     * @param counted what that process counts; should it have begun with a false snapshot, its journal says otherwise
     */
    static Report ofFiles(RunFolder folder, Supplier<RunSummary> counted) {
        RunSummary before = counted.get();
        var check = new RunVerification(folder, JournalReplay.of(folder), true);
        RunSummary after = counted.get();
        Ledger ledger = check.state.ledger();
        boolean rests = before.cost().settled().equals(after.cost().settled());
        if (rests
                && (!after.cost().settled().equals(ledger.settled())
                        || !after.cost().usage().equals(ledger.usage()))) {
            check.problems.add("the journal adds up to other sums than the run counts: it began with a false snapshot;"
                    + " move MANIFEST.json away");
        }
        return check.report(1);
    }

    private Report report(int threads) {
        if (Files.exists(folder.units())) {
            chunks(threads);
        } else {
            problems.add("input/units.jsonl is gone");
        }
        problems.addAll(replies.trouble(state.ledger()));
        outputs();
        var steps = new ArrayList<StepAccount>();
        for (int i = 0; i < tallies.size(); i++) {
            StepTally tally = tallies.get(i);
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

    private void chunks(int threads) {
        boolean proven = quick && GivenFiles.holds(folder, state, folder.units());
        InputLines input = InputLines.of(folder, facts, state.units().lineage(), proven);
        int chunks = state.chunks();
        if (input.count() != facts.units()) {
            problems.add("input/units.jsonl holds " + input.count() + " units, the run has " + facts.units());
            // Whose the others are nobody can say.
            chunks = (Math.min(input.count(), facts.units()) + facts.chunkSize() - 1) / facts.chunkSize();
        }
        if (threads == 1) {
            for (int chunk = 0; chunk < chunks; chunk++) {
                add(check(input, chunk));
            }
        } else {
            sideBySide(input, chunks, threads);
        }
    }

    private void sideBySide(InputLines input, int chunks, int threads) {
        ExecutorService pool = Executors.newFixedThreadPool(threads);
        try {
            var begun = new ArrayDeque<Future<ChunkVerification>>();
            for (int chunk = 0; chunk < chunks; chunk++) {
                int number = chunk;
                begun.add(pool.submit(() -> check(input, number)));
                if (begun.size() > threads * AHEAD) {
                    add(done(begun.remove()));
                }
            }
            begun.forEach(each -> add(done(each)));
        } finally {
            pool.shutdownNow();
        }
    }

    private ChunkVerification check(InputLines input, int chunk) {
        var check = new ChunkVerification(folder, state, quick, chunk);
        check.against(input);
        return check;
    }

    private static ChunkVerification done(Future<ChunkVerification> begun) {
        try {
            return begun.get();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException("the check was interrupted", e);
        } catch (ExecutionException e) {
            throw e.getCause() instanceof RuntimeException cause
                    ? cause
                    : new IllegalStateException("a chunk could not be checked", e);
        }
    }

    private void add(ChunkVerification found) {
        problems.addAll(found.problems());
        replies.add(found.replies());
        for (int i = 0; i < tallies.size(); i++) {
            tallies.get(i).add(found.tallies().get(i));
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
            JsonLines.scanBytes(
                    file, 0, RunFiles.size(file), (offset, bytes, length, whole) -> count[0] += whole ? 1 : 0);
        }
        return count[0];
    }
}
