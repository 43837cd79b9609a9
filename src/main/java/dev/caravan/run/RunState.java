package dev.caravan.run;

import dev.caravan.money.Money;
import dev.caravan.provider.Lane;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.BitSet;
import java.util.Collection;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.TreeMap;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;

/**
 * What a run is: the fold of its journal. Nothing else changes it, and it reads no file and no clock.
 *
 * <p>This is its face; {@link EventFold} takes each event to the parts it concerns. {@link UnitFlow} moves units through the
 * steps, {@link OpenWorkList} holds what is bound and at the provider, {@link ChunkFiles} what lies on disk, {@link
 * Ledger} and {@link RunAllowance} what was and may be spent, {@link StrayJobs} and {@link TaskStates} what their names say, and
 * {@link RunLifecycle} the run as a whole.
 *
 * <p>Not thread-safe: it lives on the journal's thread; others read {@link RunSummary}.
 */
public final class RunState {
    final UnitTable units = new UnitTable();
    final List<StepState> steps = new ArrayList<>();
    final StageChanges changes = new StageChanges();
    final OpenWorkList works = new OpenWorkList(changes, steps);
    final ChunkFiles files = new ChunkFiles();
    Ledger ledger = new Ledger();
    final RunAllowance allowance = new RunAllowance();
    final StrayJobs strays = new StrayJobs();
    final TaskStates tasks = new TaskStates(changes);
    final RunLifecycle life = new RunLifecycle(changes);
    final UnitReviews reviews = new UnitReviews();
    final List<RunEvent.RunRevised> revised = new ArrayList<>();
    final TreeMap<String, String> given = new TreeMap<>();
    final TreeMap<String, String> outputs = new TreeMap<>();
    private @Nullable UnitFlow flow;

    public boolean created() {
        return flow != null;
    }

    public RunFacts facts() {
        return flow().facts;
    }

    UnitFlow flow() {
        return Objects.requireNonNull(flow, "the run has not been created");
    }

    /** From here on its events are this process's own: what does not fit where the run stands is refused as a bug. */
    void refuseUnfit() {
        changes.refuse();
    }

    /** The run exists: its steps, tasks and units begin. */
    void create(RunFacts facts, Instant time) {
        changes.of(facts.run());
        life.created(time);
        given.putAll(facts.given());
        units.allocate(facts.units());
        tasks.create(facts.tasks());
        facts.steps().forEach(each -> steps.add(new StepState()));
        flow = new UnitFlow(facts, units, steps, files);
        flow.enter(facts.pilotUnits());
        allowance.pilotPassed = facts.unitsBehindPilot().isEmpty();
    }

    /** Steps ask for something else from here on. */
    void revise(RunEvent.RunRevised e) {
        revised.add(e);
        e.to().keySet().forEach(each -> steps.get(facts().steps().indexOf(each)).revised());
    }

    /** What steps were told to ask for instead since the run was made, in order; a request is made under so many of them. */
    public List<RunEvent.RunRevised> revised() {
        return List.copyOf(revised);
    }

    /** Digests of the files that nobody changes, by their path in the run; see {@link GivenFiles}. */
    Map<String, String> given() {
        return Map.copyOf(given);
    }

    /** Checksums of the files in {@code outputs/} as the run was completed with them, by their names. */
    public Map<String, String> outputs() {
        return Map.copyOf(outputs);
    }

    /** Whether the units that go first are through and the others wait for a word. */
    public boolean pilotOver() {
        return created()
                && !allowance.pilotPassed
                && works.isEmpty()
                && units.count(UnitOutcome.IN_FLIGHT) + units.count(UnitOutcome.WAITING) == 0
                && units.count(UnitOutcome.PENDING)
                        == facts().units() - facts().pilot().units();
    }

    /** What is to be said of a step whose first answers were so bad that the run should pause. Said once a step. */
    public Optional<String> brakeTrouble() {
        Optional<String> trouble = Optional.empty();
        for (int i = 0; i < steps.size() && life.status == RunStatus.RUNNING && trouble.isEmpty(); i++) {
            trouble = facts().brake().trouble(facts().steps().get(i), steps.get(i));
        }
        return trouble;
    }

    /** Whether it runs on though it cost far more than was approved, which its cap does not limit. */
    public boolean isBeyondApproval() {
        return life.status == RunStatus.RUNNING && !facts().simulated() && allowance.isExceeded(ledger.settled());
    }

    /** Upper end of what somebody let it spend; unknown when nobody was asked or no sum was known. */
    public Money approvedHigh() {
        return allowance.approvedHigh;
    }

    /** What is done once when every unit has its outcome, in its order. */
    public Collection<TaskState> tasks() {
        return tasks.all();
    }

    /** Journalled lengths in bytes of a chunk's files at a step. */
    public FileLengths lengths(int step, int chunk) {
        return files.lengths(new ChunkPlace(step, chunk));
    }

    /** A copy of all journalled lengths; places whose files hold nothing are left out. */
    public Map<ChunkPlace, FileLengths> allLengths() {
        return files.allLengths();
    }

    /** Checksums over the journalled lengths of a chunk's settled files at a step. */
    public FileChecksums checksums(int step, int chunk) {
        return files.checksums(new ChunkPlace(step, chunk));
    }

    /** How often each kind of finding was seen, over all steps. */
    public Map<String, Integer> notes() {
        var all = new TreeMap<String, Integer>();
        steps.forEach(each -> each.notes.forEach((code, count) -> all.merge(code, count, Integer::sum)));
        return all;
    }

    public RunStatus status() {
        return life.status;
    }

    public Lane lane() {
        return life.lane;
    }

    /** By which lane work of a step is bought that is formed from now on. What was formed before keeps its own. */
    public Lane laneOf(int step) {
        return lane();
    }

    public UnitTable units() {
        return units;
    }

    public List<StepState> steps() {
        return Collections.unmodifiableList(steps);
    }

    /** Open work in the order it was formed. */
    public Collection<OpenWork> works() {
        return works.all();
    }

    /** Jobs that nobody waits for, until they are settled or surely not there. */
    public Collection<StrayJob> strays() {
        return strays.all();
    }

    public @Nullable OpenWork openWork(String id) {
        return works.find(id);
    }

    public Ledger ledger() {
        return ledger;
    }

    /** Pieces of work ever bound. */
    public int formedWorks() {
        return works.formed;
    }

    /** Where a unit stands as one step sees it. */
    public UnitStanding standing(int unit, int step) {
        return flow().standing(unit, step);
    }

    /** Whether a unit that failed may get another chance: its parent must not have gone on without it. */
    public boolean revivable(int unit) {
        return flow().gathers.revivable(unit);
    }

    public StepShape shape() {
        return flow().shape;
    }

    /** Chunks that hold units. */
    public int chunks() {
        return (units.count() + facts().chunkSize() - 1) / facts().chunkSize();
    }

    /** Behind the last unit of a chunk. */
    public int chunkEnd(int chunk) {
        return Math.min(units.count(), (chunk + 1) * facts().chunkSize());
    }

    /** Revisions of schemas and rules since the run was made. */
    public int revisions() {
        return life.revisions;
    }

    /** By which rule of reading the run judged as it was made, then under each revision. */
    public List<Integer> readings() {
        var all = new ArrayList<Integer>();
        all.add(facts().rules().reading());
        all.addAll(life.readings);
        return all;
    }

    /**
     * What cannot be spent any more: what is settled, and what may have been bought without an answer; of all that, what
     * is known.
     */
    public Money bound() {
        Money sum = ledger.settled()
                .known()
                .plus(ledger.lost().known())
                .plus(ledger.unknown().known());
        return strays.all().stream().map(each -> each.worst().known()).reduce(sum, Money::plus);
    }

    /** Most that the run may cost; empty for no cap. */
    public Optional<Money> cap() {
        return Optional.ofNullable(allowance.cap);
    }

    /** As {@link #cap}, for who counts in numbers: pico-dollars, -1 for no cap. */
    public long capPicos() {
        return cap().map(Money::picos).orElse(-1L);
    }

    /** Who let the run spend; empty when nobody was asked. */
    public String approvedBy() {
        return allowance.approvedBy;
    }

    /** Whether nothing may be sent before somebody approves what the run costs, or what came to an approval step. */
    public boolean waitsForApproval() {
        return (allowance.approvalAsked || reviews.open() != null) && !life.status.terminal();
    }

    /** The approval step at which units wait for a word that nobody was asked for, when nothing else can go on. */
    public OptionalInt reviewDue() {
        if (!created() || life.status != RunStatus.RUNNING || !facts().asksForApproval() || !works.isEmpty()) {
            return OptionalInt.empty();
        }
        int[] waiting = IntStream.range(0, steps.size())
                .filter(each -> steps.get(each).hasWaiting())
                .toArray();
        boolean allForAWord = Arrays.stream(waiting)
                .allMatch(each ->
                        facts().isApproval(each) && steps.get(each).cleared.isEmpty());
        return allForAWord ? Arrays.stream(waiting).findFirst() : OptionalInt.empty();
    }

    /** Units that wait at a step. */
    public BitSet waitingAt(int step) {
        BitSet waiting = steps.get(step).fresh.toBitSet();
        waiting.or(steps.get(step).pool.toBitSet());
        return waiting;
    }

    /** What people were asked at approval steps, in order. */
    public List<UnitReview> reviews() {
        return Collections.unmodifiableList(reviews.all());
    }

    /** What they are asked now. */
    public Optional<UnitReview> review() {
        return life.status.terminal() ? Optional.empty() : Optional.ofNullable(reviews.open());
    }

    /** The number of the next review at a step. */
    public int nextRound(int step) {
        return reviews.rounds(step) + 1;
    }

    /** What was said last of a unit at an approval step. */
    public Optional<UnitReview.Word> word(int step, int unit) {
        return reviews.word(step, unit);
    }

    /** What somebody who is asked to approve the run's cost was told of it. */
    public CostOutlook outlook() {
        return allowance.outlook;
    }

    /** Whether the service keeps the run: starts it in its turn, and goes on with it. */
    public boolean served() {
        return life.served;
    }

    /** What a person called the run; empty when nobody did. */
    public String title() {
        return life.title;
    }

    /** Until when everything that could be started is held back; the given time when something is not. */
    public Instant heldBackUntil(Instant now) {
        Instant first = works.heldBackUntil();
        for (StepState each : steps) {
            if ((!each.fresh.isEmpty() || !each.pool.isEmpty()) && each.notBefore.isBefore(first)) {
                first = each.notBefore;
            }
        }
        return first.equals(Instant.MAX) || first.isBefore(now) ? now : first;
    }

    public int jobsCreated() {
        return works.jobsCreated;
    }

    /** Conservation at the end: every unit has its one final outcome. */
    public boolean everyUnitSettled() {
        return created()
                && works.isEmpty()
                && units.count(UnitOutcome.PENDING)
                                + units.count(UnitOutcome.IN_FLIGHT)
                                + units.count(UnitOutcome.WAITING)
                        == 0;
    }

    /** Units that passed the last step. */
    public int done() {
        return units.count(UnitOutcome.DONE);
    }

    public int failed() {
        return units.count(UnitOutcome.FAILED);
    }

    /** Units that left the run by {@code drop_if}. */
    public int dropped() {
        return units.count(UnitOutcome.DROPPED);
    }

    /**
     * Bound of what may have to be paid beyond what is settled: for open jobs and calls, for lost ones, and for replies
     * that told no usage.
     */
    public Money atRisk() {
        return unanswered().plus(ledger.unknown().bound());
    }

    /** As {@link #atRisk}, for who counts in numbers. */
    public long atRiskPicos() {
        return atRisk().picos();
    }

    /** The part of {@link #atRisk} for calls and jobs without an answer. */
    public Money unanswered() {
        return ledger.lost().plus(strays.atRisk()).plus(works.atRisk());
    }

    /** Why the run paused or was killed; empty when it was not. */
    public String reason() {
        return life.reason;
    }
}
