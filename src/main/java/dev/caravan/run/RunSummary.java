package dev.caravan.run;

import dev.caravan.provider.Lane;
import dev.caravan.provider.Usage;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * A run at one moment, for every screen: immutable, small, and free to pass between threads.
 *
 * @param question what somebody is asked to approve; null when the run waits for no word
 * @param notes how often each kind of finding was seen
 * @param revised steps that were told to ask another model, each as it was told last
 */
public record RunSummary(
        String run,
        String pipeline,
        RunStatus status,
        String reason,
        String detail,
        @Nullable Question question,
        Lane mode,
        boolean simulated,
        Progress progress,
        List<StepLine> steps,
        Cost cost,
        Jobs jobs,
        Map<String, Integer> notes,
        List<TaskLine> tasks,
        List<Revised> revised,
        Times times) {

    /**
     * How far its units have come.
     *
     * @param units of the input
     * @param children units that fan-outs made of them, and of each other
     * @param superseded units that went on in others: in their children, or in what their parent gathered
     */
    public record Progress(int units, int children, int superseded, int done, int failed, int dropped) {
        static Progress of(RunState state) {
            int units = state.facts().units();
            return new Progress(
                    units,
                    state.units().count() - units,
                    state.units().count(UnitOutcome.SUPERSEDED),
                    state.done(),
                    state.failed(),
                    state.dropped());
        }

        /** Units with their final outcome, children included. */
        public int settled() {
            return done + failed + dropped + superseded;
        }

        /** Units of the input, and all that fan-outs made of them so far: each is counted once. */
        public int total() {
            return units + children;
        }
    }

    /**
     * What it cost, and what it may have.
     *
     * @param calls replies that were paid for
     * @param settledPicos price of the replies that told their usage, and what people said of others
     * @param unansweredPicos what calls and jobs without an answer can cost at most
     * @param atRiskPicos what may have to be paid beyond it, {@code unknown} included
     * @param unknown replies that told no usage
     */
    public record Cost(
            long calls,
            Usage usage,
            long settledPicos,
            long lostCalls,
            long unansweredPicos,
            long atRiskPicos,
            Untold unknown) {
        public static final Cost NONE = new Cost(0, Usage.NONE, 0, 0, 0, 0, Untold.NONE);

        static Cost of(RunState state) {
            Ledger ledger = state.ledger();
            return new Cost(
                    ledger.calls(),
                    ledger.usage(),
                    ledger.settledPicos(),
                    ledger.lostCalls(),
                    state.unansweredPicos(),
                    state.atRiskPicos(),
                    Untold.of(ledger));
        }

        /** What it cost in all, -1 where nobody knows: a price is unknown, or a reply told no usage. */
        public long picos() {
            return unknown.calls() > 0 ? -1 : settledPicos;
        }
    }

    /**
     * Work and its jobs.
     *
     * @param created jobs that the provider ever took
     * @param openWorks pieces of work that are not over
     * @param out jobs at the provider, or whose results are not settled
     */
    public record Jobs(int created, int openWorks, List<JobLine> out) {
        static Jobs of(RunState state) {
            return new Jobs(state.jobsCreated(), state.works().size(), jobs(state));
        }
    }

    /** When was what. */
    public record Times(
            Instant created, Instant started, @Nullable Instant ended, Instant lastProgress) {
        static Times of(RunState state) {
            return new Times(state.life.createdAt, state.life.startedAt, state.life.endedAt, state.life.progressAt);
        }
    }

    /**
     * Received replies that told no usage.
     *
     * @param calls of which nobody has said what they cost
     * @param picos what these can have cost at most; -1 when a price is unknown
     * @param saidCalls of which a person said it
     * @param saidPicos what they cost by that
     */
    public record Untold(long calls, long picos, long saidCalls, long saidPicos) {
        public static final Untold NONE = new Untold(0, 0, 0, 0);

        static Untold of(Ledger ledger) {
            return new Untold(
                    ledger.unknown().calls(), ledger.unknown().picos(), ledger.wordCalls(), ledger.wordPicos());
        }
    }

    /**
     * A step that asks another model than before.
     *
     * @param from what it asked until then
     * @param to what it asks
     * @param actor who said so
     */
    public record Revised(String step, AskedModel from, AskedModel to, String actor) {
        static List<Revised> of(RunState state) {
            var last = new TreeMap<String, Revised>();
            state.revised()
                    .forEach(event -> event.to()
                            .forEach((step, to) -> last.put(
                                    step,
                                    new Revised(
                                            step,
                                            Objects.requireNonNull(event.from().get(step)),
                                            to,
                                            event.actor()))));
            return List.copyOf(last.values());
        }
    }

    /**
     * Something that waits for a person's word: what a run costs, or the units that came to an approval step.
     *
     * @param step the step's name; empty where the cost of the run is asked for
     * @param round of that step
     * @param units that wait there
     * @param packet SHA-256 of what is shown
     * @param outlook what is paid when the word is given
     */
    public record Question(String step, int round, int units, String packet, CostOutlook outlook) {
        static @Nullable Question of(RunState state) {
            Optional<UnitReview> review = state.review();
            if (review.isPresent()) {
                UnitReview open = review.get();
                String step = state.facts().steps().get(open.step());
                return new Question(step, open.round(), open.count(), open.packet(), open.outlook());
            }
            return state.waitsForApproval() ? new Question("", 0, state.facts().units(), "", state.outlook()) : null;
        }
    }

    /**
     * One row of the funnel.
     *
     * @param done units that passed, {@code skipped} included
     * @param skipped units that passed the step by, as its condition said
     * @param born at a fan-out, the children of the units that passed
     * @param held at a gather, the units that wait for their children
     */
    public record StepLine(
            String name,
            int arrived,
            int done,
            int failed,
            int dropped,
            int skipped,
            int born,
            int held,
            int waiting,
            int inFlight) {

        static List<StepLine> of(RunState state) {
            var lines = new ArrayList<StepLine>();
            for (StepState each : state.steps()) {
                lines.add(of(state.facts().steps().get(lines.size()), each));
            }
            return List.copyOf(lines);
        }

        private static StepLine of(String name, StepState step) {
            return new StepLine(
                    name,
                    step.arrived(),
                    step.done(),
                    step.failed(),
                    step.dropped(),
                    step.skipped(),
                    step.born(),
                    step.held(),
                    step.waiting(),
                    step.inFlight());
        }

        /** Units that passed by what the step made of them, without those that passed it by. */
        public int valid() {
            return done - skipped;
        }
    }

    /** What is done once when every unit has its outcome. */
    public record TaskLine(String name, TaskState.Phase phase, int attempts, String detail) {
        static TaskLine of(TaskState task) {
            return new TaskLine(task.name(), task.phase(), task.attempts(), task.detail());
        }
    }

    /** Tasks that failed. */
    public int failedTasks() {
        return (int) tasks.stream()
                .filter(each -> each.phase() == TaskState.Phase.FAILED)
                .count();
    }

    /**
     * A job at the provider, or whose results are not settled.
     *
     * @param provider where it lies
     * @param providerJob the provider's name for it; empty while nobody knows whether it exists
     * @param requests units that wait for it; 0 for a job that nobody waits for
     */
    public record JobLine(String work, int step, String provider, String providerJob, int requests, Instant since) {}

    /** The jobs of a state, as {@link Jobs#out} shows them. */
    public static List<JobLine> jobs(RunState state) {
        var jobs = new ArrayList<JobLine>();
        state.works().stream()
                .filter(each -> each.phase() != OpenWork.Phase.FORMED)
                .forEach(each -> jobs.add(new JobLine(
                        each.id(),
                        each.step(),
                        each.intent() == null ? "" : each.intent().provider(),
                        Objects.requireNonNullElse(each.providerJob(), ""),
                        each.size(),
                        Objects.requireNonNullElse(each.intendedAt(), state.life.startedAt))));
        state.strays()
                .forEach(each -> jobs.add(new JobLine(
                        each.work(),
                        each.step(),
                        each.provider(),
                        Objects.requireNonNullElse(each.providerJob(), ""),
                        0,
                        each.since())));
        return List.copyOf(jobs);
    }

    static RunSummary of(RunState state) {
        return of(state, state.status());
    }

    /** @param status as it is shown */
    static RunSummary of(RunState state, RunStatus status) {
        RunFacts facts = state.facts();
        return new RunSummary(
                facts.run(),
                facts.pipeline(),
                status,
                state.life.reason,
                state.life.detail,
                Question.of(state),
                state.lane(),
                facts.simulated(),
                Progress.of(state),
                StepLine.of(state),
                Cost.of(state),
                Jobs.of(state),
                state.notes(),
                state.tasks().stream().map(TaskLine::of).toList(),
                Revised.of(state),
                Times.of(state));
    }
}
