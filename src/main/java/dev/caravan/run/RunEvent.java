package dev.caravan.run;

import com.fasterxml.jackson.databind.annotation.JsonDeserialize;
import com.fasterxml.jackson.databind.annotation.JsonSerialize;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.caravan.provider.Lane;
import dev.caravan.provider.Usage;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.SortedMap;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * A fact about a run, as the journal keeps it. Facts are never changed; what a run is, is the fold of its facts.
 *
 * <p>Sets of units are texts as {@link UnitRanges} writes them. Money is in pico-dollars (1e-12 USD).
 */
public sealed interface RunEvent {

    /** The run exists: its units are written and its config is copied. */
    record RunCreated(
            @JsonSerialize(converter = RunFactsJson.Writer.class)
            @JsonDeserialize(converter = RunFactsJson.Reader.class)
            RunFacts facts)
            implements RunEvent {}

    /** A process took the run up, for the first time or again. */
    record RunStarted(Lane lane, String command) implements RunEvent {}

    /** Units of one step were bound together, to be bought and settled as one piece of work. */
    record WorkFormed(String work, int step, Lane lane, String units) implements RunEvent {}

    /**
     * A job will be created at the provider: from here on it may exist.
     *
     * @param nonce travels to the provider with the job, to find it again
     * @param account fingerprint of the key; a key never reaches a file
     * @param baseUrl where the job lies; {@code simulator} for the built-in one
     * @param requests lines of the request file
     * @param bytes of the request file
     * @param sha256 of the request file
     * @param worstPicos upper bound of what the job can cost; -1 when the price is unknown
     */
    record JobIntended(
            String work,
            String nonce,
            String account,
            String baseUrl,
            String provider,
            String model,
            int requests,
            long bytes,
            String sha256,
            long worstPicos)
            implements RunEvent {}

    /** The provider has the job; {@code adopted} when it was found rather than answered for. */
    record JobCreated(String work, String providerJob, boolean adopted) implements RunEvent {}

    /**
     * The provider surely has no such job: the intent bought nothing. {@code pauseMillis} before it may be tried.
     *
     * @param throttled whether it was turned away to slow us down
     */
    record JobNotCreated(String work, String code, String detail, long pauseMillis, boolean throttled)
            implements RunEvent {
        public JobNotCreated(String work, String code, String detail, long pauseMillis) {
            this(work, code, detail, pauseMillis, false);
        }

        /** The code when the job was looked for and the provider listed none: it may yet turn up. */
        public static final String NOT_FOUND = "not_found";
    }

    /**
     * The provider refused a job whole without naming a line: its units go again in halves, until the one that spoils
     * the rest stands alone. Nothing was bought.
     *
     * @param parts units of each new piece of work, by its name
     */
    record WorkSplit(String work, String code, String detail, SortedMap<String, String> parts) implements RunEvent {}

    /** The create was sent and no answer came: the job must be looked for before anything is repeated. */
    record JobInDoubt(String work, String code, String detail, long pauseMillis) implements RunEvent {
        /** The code when the job that was taken for ours turned out to be another's. */
        public static final String FOREIGN = "foreign_job";
    }

    /**
     * A job exists that nobody waits for: its intent had been given up, or it is a second one under one intent.
     *
     * @param nonce of the intent; for a second job with the job's name behind
     */
    record StrayFound(String nonce, String work, int step, String provider, String model, String providerJob)
            implements RunEvent {}

    /** Looked for once more when the run was over: an intent that was given up bought nothing. */
    record StrayGone(String nonce) implements RunEvent {}

    /**
     * A stray job is over; what it was paid for is booked, and serves no unit.
     *
     * @param usage of the replies that told theirs
     * @param unknown how many of {@code paid} told no usage
     * @param unknownPicos what these can have cost at most; -1 when nobody knows
     */
    record StraySettled(
            String nonce,
            int step,
            String provider,
            String model,
            int paid,
            Usage usage,
            long picos,
            int unknown,
            long unknownPicos)
            implements RunEvent {
        public StraySettled(String nonce, int step, String provider, String model, int paid, Usage usage, long picos) {
            this(nonce, step, provider, model, paid, usage, picos, 0, 0);
        }
    }

    /** The provider is through with the job; its results may be collected. */
    record JobEnded(
            String work,
            String state,
            String detail,
            @Nullable String outputFile,
            @Nullable String errorFile) implements RunEvent {}

    /**
     * Realtime calls that will be sent: from here on each may have been bought.
     *
     * @param worstPicos upper bound of each call in the order of {@code units}; -1 when the price is unknown
     */
    record CallsIntended(String work, String units, List<Long> worstPicos) implements RunEvent {}

    /** Calls whose answer will never be known: killed, timed out, reset. What they may have cost stays at risk. */
    record CallsLost(String work, String units, String reason, long calls, long worstPicos) implements RunEvent {}

    /** Calls that were intended and surely bought nothing: never sent, or refused before the model was asked. */
    record CallsNotBought(String work, String units, String reason) implements RunEvent {}

    /**
     * Outcomes of calls lie durably in a results file; their tokens are booked here, once.
     *
     * @param from first byte in {@code <step>_results.jsonl} of the chunk
     * @param to first byte behind
     * @param units whose outcome is in the range
     * @param paid how many of them were received replies
     * @param usage tokens of the received replies that told them
     * @param picos price of these, by the model asked for
     * @param unknown units whose received reply told no usage that can be believed; part of {@code paid}
     * @param unknownPicos what each of these can have cost at most, in the order of {@code unknown}; -1 when the price
     *     is unknown
     */
    record RepliesSettled(
            String work,
            int step,
            int chunk,
            long from,
            long to,
            String units,
            int paid,
            String provider,
            String model,
            Lane lane,
            Usage usage,
            long picos,
            String unknown,
            List<Long> unknownPicos)
            implements RunEvent {
        public RepliesSettled {
            // Runs of an earlier version took what was not told for nothing.
            unknown = Objects.requireNonNullElse(unknown, "");
            unknownPicos = List.copyOf(Objects.requireNonNullElse(unknownPicos, List.of()));
        }

        /** Of replies that all told their usage. */
        public RepliesSettled(
                String work,
                int step,
                int chunk,
                long from,
                long to,
                String units,
                int paid,
                String provider,
                String model,
                Lane lane,
                Usage usage,
                long picos) {
            this(work, step, chunk, from, to, units, paid, provider, model, lane, usage, picos, "", List.of());
        }
    }

    /**
     * A person said what replies cost that told no usage: they are at risk no longer.
     *
     * @param units whose such replies at the step are meant, all until now
     * @param strays whether those of jobs that nobody waited for are meant too
     * @param calls how many replies that are
     * @param worstPicos what they could have cost at most; -1 when the price is unknown
     * @param picos what they cost, by that word
     */
    record UsageSettled(
            int step,
            String units,
            boolean strays,
            long calls,
            long worstPicos,
            long picos,
            String actor,
            String reason)
            implements RunEvent {}

    /**
     * Units of one chunk got their outcome at a step, and their records lie durably in the settled files.
     *
     * @param done passed, with their record in the validated file
     * @param failed gave up, with their reason in the failures file
     * @param retried used up a paid answer that did not hold, and will be asked again
     * @param returned cost nothing (throttled, lost, expired) and will be sent again
     * @param dropped left the run here, by {@code drop_if}
     * @param skipped those of {@code done} that passed the step by, by {@code skip_if}
     * @param children at a fan-out, how many children each of {@code done} has, in their order
     * @param sentBack did not hold here, and go back to the step {@code backTo} to be asked again there
     * @param backTo place of that step; -1 when none is sent back
     * @param notes how often each kind of finding was seen
     * @param pauseMillis how long the step pauses because the provider is in trouble; 0 when it is not
     */
    record ChunkSettled(
            String work,
            int step,
            int chunk,
            Part validated,
            Part failures,
            Part findings,
            String done,
            String failed,
            String retried,
            String returned,
            String dropped,
            String skipped,
            List<Integer> children,
            String sentBack,
            int backTo,
            Map<String, Integer> notes,
            long pauseMillis)
            implements RunEvent {
        public ChunkSettled {
            // Runs of an earlier version knew neither.
            dropped = Objects.requireNonNullElse(dropped, "");
            skipped = Objects.requireNonNullElse(skipped, "");
            children = List.copyOf(Objects.requireNonNullElse(children, List.of()));
            sentBack = Objects.requireNonNullElse(sentBack, "");
        }
    }

    /**
     * A chunk's settled files at a step did not hold what was journalled, and were made again from results and config.
     *
     * @param reason what was wrong with them
     */
    record ChunkRebuilt(int step, int chunk, Part validated, Part failures, Part findings, String reason)
            implements RunEvent {}

    /** Every unit of the work has been settled. */
    record WorkDone(String work) implements RunEvent {}

    /**
     * Failed units get another chance, with a retry budget of their own from here on.
     *
     * @param answered those whose last answer at the step did not hold
     * @param unanswered those that had no answer
     * @param sentBack those that go back to an earlier step, {@code backTo}
     * @param backTo place of that step; -1 when none is sent back
     */
    record UnitsReopened(int step, String answered, String unanswered, String sentBack, int backTo)
            implements RunEvent {
        public UnitsReopened {
            sentBack = Objects.requireNonNullElse(sentBack, "");
        }
    }

    /** Failed units whose stored answer holds by the rules as they are now: they passed, and go on. */
    record UnitsPromoted(int step, String units) implements RunEvent {}

    /**
     * From here on the run judges by other schemas and rules, copied to {@code revisions/}.
     *
     * @param digest of the pipeline's files they come from
     * @param reading number of the rule by which replies are read from here on; 1 for events of a version that had no
     *     other
     * @param given digests of the copies, by their path in the run
     */
    record JudgingRevised(int revision, String digest, int reading, SortedMap<String, String> given)
            implements RunEvent {
        public JudgingRevised {
            reading = Math.max(1, reading);
            // Runs of an earlier version knew none.
            given = Objects.requireNonNullElseGet(given, TreeMap::new);
        }
    }

    /**
     * A person goes on with files of the run that were changed by hand.
     *
     * @param given their digests, by their path in the run
     */
    record ChangesAccepted(SortedMap<String, String> given, String actor) implements RunEvent {}

    /** No answer that is asked for from here on can make the run cost more; -1 lifts the cap. */
    record CapSet(long picos) implements RunEvent {}

    /**
     * A person, or a limit that a person set, let the run spend.
     *
     * @param actor who
     * @param expectedPicos what it was estimated to cost, -1 when unknown
     * @param highPicos upper end of the estimate, -1 when unknown
     * @param reason empty where none was given
     */
    record CostApproved(String actor, long expectedPicos, long highPicos, String reason) implements RunEvent {
        public CostApproved {
            // Runs of an earlier version knew none.
            reason = Objects.requireNonNullElse(reason, "");
        }

        public CostApproved(String actor, long expectedPicos, long highPicos) {
            this(actor, expectedPicos, highPicos, "");
        }
    }

    /**
     * Nothing is sent before somebody approves what the run costs.
     *
     * @param detail what is asked, for people
     * @param outlook what the run is estimated to cost
     */
    record ApprovalAsked(String detail, CostOutlook outlook) implements RunEvent {
        public ApprovalAsked {
            outlook = Objects.requireNonNullElse(outlook, CostOutlook.UNKNOWN);
        }
    }

    /**
     * All units that could came to an approval step: their packet is written, and nothing goes on before somebody says
     * a word.
     *
     * @param step place of the step
     * @param round of this step, from 1
     * @param units that wait
     * @param packet SHA-256 of what is shown to whoever decides
     * @param detail what is asked, for people
     * @param outlook of what is still to be paid when they pass
     */
    record ReviewAsked(int step, int round, String units, String packet, String detail, CostOutlook outlook)
            implements RunEvent {}

    /**
     * A person decided on the units of a review, once.
     *
     * @param packet what they had seen
     * @param approved whether the units pass; if not, they fail at the step
     */
    record ReviewAnswered(int step, int round, String packet, boolean approved, String actor, String reason)
            implements RunEvent {}

    /**
     * From here on steps of the run ask for something else than before, each new request of theirs. What was sent before
     * stays what it was: it is collected, priced and rendered as of its own time.
     *
     * @param what is asked for otherwise: {@code model}, with its provider
     * @param from what was asked until now, by the names of the steps
     * @param to what is asked from now on, by the same names
     * @param prices of these at this moment, by the same names; none where the price is unknown
     * @param actor who said so
     */
    record RunRevised(
            String what,
            SortedMap<String, AskedModel> from,
            SortedMap<String, AskedModel> to,
            ObjectNode prices,
            String actor)
            implements RunEvent {
        public static final String MODEL = "model";

        public RunRevised {
            from = Collections.unmodifiableSortedMap(new TreeMap<>(from));
            to = Collections.unmodifiableSortedMap(new TreeMap<>(to));
        }
    }

    /** The service keeps this run: it starts it in its turn, and goes on with it when it starts again itself. */
    record RunQueued(Lane lane) implements RunEvent {}

    /** The pilot's units are through and the others may go on: somebody said so, or enough of the pilot held. */
    record PilotPassed(String actor) implements RunEvent {}

    /** Somebody said that the folder is the run's only one: it had come from another disk or a backup. */
    record RunMoved(String actor) implements RunEvent {}

    /** What people call the run; the folder keeps its name. */
    record RunNamed(String title) implements RunEvent {}

    /** A task begins, for the n-th time. */
    record TaskBegun(String task, int attempt) implements RunEvent {}

    /**
     * A task is over.
     *
     * @param detail why it failed; empty when it did not
     */
    record TaskEnded(String task, int attempt, boolean done, String detail) implements RunEvent {}

    /** Tasks that failed get another chance. */
    record TasksReopened() implements RunEvent {}

    /** Nothing new is started until someone resumes the run. */
    record RunPaused(String reason, String detail) implements RunEvent {}

    /** A person ended the run. */
    record RunKilled(String reason) implements RunEvent {}

    /**
     * Every unit has its one final outcome, and the outputs are written.
     *
     * @param outputs checksums of the files in {@code outputs/}, by their names
     */
    record RunCompleted(int done, int failed, int dropped, SortedMap<String, String> outputs) implements RunEvent {
        public RunCompleted {
            // Runs of an earlier version knew none.
            outputs = Objects.requireNonNullElseGet(outputs, TreeMap::new);
        }
    }

    /** A stretch of a settled file, with its CRC-32C. */
    record Part(long from, long to, long crc) {
        static Part none(long at) {
            return new Part(at, at, 0);
        }
    }
}
