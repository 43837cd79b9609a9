package dev.caravan.execution;

import dev.caravan.cost.MoneyText;
import dev.caravan.run.EventTable;
import dev.caravan.run.RunEvent;
import dev.caravan.run.RunFacts;
import dev.caravan.run.RunLog;
import dev.caravan.run.RunState;
import dev.caravan.run.UnitRanges;
import java.time.Instant;

/** Tells people in {@code RUN_LOG.txt} what became of work, jobs and calls: one line for each event worth one. */
final class EventNotes {
    private static final EventTable<EventNotes> NOTES = new EventTable<EventNotes>()
            .on(RunEvent.JobIntended.class, EventNotes::intended)
            .on(RunEvent.JobCreated.class, EventNotes::created)
            .on(RunEvent.JobNotCreated.class, EventNotes::notCreated)
            .on(RunEvent.JobInDoubt.class, EventNotes::doubted)
            .on(RunEvent.JobEnded.class, EventNotes::ended)
            .on(RunEvent.WorkSplit.class, EventNotes::split)
            .on(RunEvent.StrayFound.class, EventNotes::found)
            .on(RunEvent.StraySettled.class, EventNotes::boughtInVain)
            .on(RunEvent.CallsLost.class, EventNotes::lost)
            .on(RunEvent.RepliesSettled.class, EventNotes::untold)
            .on(RunEvent.UsageSettled.class, EventNotes::spokenOf)
            .on(RunEvent.RunRevised.class, EventNotes::revised)
            .on(RunEvent.UnitsReopened.class, EventNotes::reopened)
            .on(RunEvent.ChunkSettled.class, EventNotes::settled)
            .on(RunEvent.ChunkRebuilt.class, EventNotes::rebuilt);

    private final RunLog log;
    private final RunState state;

    private EventNotes(RunLog log, RunState state) {
        this.log = log;
        this.state = state;
    }

    static void note(RunLog log, RunEvent event, RunState state, Instant time) {
        NOTES.take(new EventNotes(log, state), event, time);
    }

    private void intended(RunEvent.JobIntended e, Instant time) {
        log.log("SUBMIT", e.work() + ": " + e.requests() + " requests to " + e.model() + ", intent " + e.nonce());
    }

    private void created(RunEvent.JobCreated e, Instant time) {
        log.log("SUBMIT", e.work() + ": " + (e.adopted() ? "adopted " : "created ") + e.providerJob());
    }

    private void notCreated(RunEvent.JobNotCreated e, Instant time) {
        log.log("WARN", e.work() + ": not created, " + e.code() + ": " + e.detail());
    }

    private void doubted(RunEvent.JobInDoubt e, Instant time) {
        log.log("WARN", e.work() + ": in doubt, " + e.code() + ": " + e.detail());
    }

    private void ended(RunEvent.JobEnded e, Instant time) {
        log.log("COLLECT", e.work() + ": " + e.state());
    }

    private void split(RunEvent.WorkSplit e, Instant time) {
        log.log("WARN", e.work() + ": refused whole, " + e.code() + ": " + e.detail() + "; goes again in halves");
    }

    private void found(RunEvent.StrayFound e, Instant time) {
        log.log("WARN", e.work() + ": " + e.providerJob() + " exists and nobody waits for it; it is cancelled");
    }

    private void boughtInVain(RunEvent.StraySettled e, Instant time) {
        log.log("WARN", e.nonce() + ": bought in vain, " + e.paid() + " replies, " + MoneyText.display(e.picos()));
    }

    private void lost(RunEvent.CallsLost e, Instant time) {
        log.log("WARN", e.work() + ": " + e.calls() + " calls without an answer (" + e.reason() + ")");
    }

    /** Said once a step: a provider that tells no usage tells none of any reply. */
    private void untold(RunEvent.RepliesSettled e, Instant time) {
        int untold = e.unknownPicos().size();
        if (untold > 0 && state.ledger().unknown().calls(e.step()) == untold) {
            log.log(
                    "WARN",
                    e.work() + ": " + untold + " replies of step " + step(e.step())
                            + " told no usage that can be believed; what they can have cost at most is at risk until"
                            + " somebody settles it: caravan settle "
                            + state.facts().run() + " --unknown");
        }
    }

    private void spokenOf(RunEvent.UsageSettled e, Instant time) {
        log.log(
                "STATE",
                "settled by " + e.actor() + ": " + e.calls() + " replies of step " + step(e.step())
                        + " that told no usage cost " + MoneyText.display(e.picos()) + ": " + e.reason());
    }

    private void revised(RunEvent.RunRevised e, Instant time) {
        e.to().forEach((step, to) -> log.log("STATE", step + " asks " + to + " from now on, by " + e.actor()));
    }

    private void reopened(RunEvent.UnitsReopened e, Instant time) {
        log.log(
                "STATE",
                (size(e.answered()) + size(e.unanswered())) + " failed units of step " + step(e.step())
                        + " are given another chance");
    }

    private void settled(RunEvent.ChunkSettled e, Instant time) {
        log.log(
                "STATE",
                RunFacts.chunkName(e.chunk()) + " " + step(e.step()) + ": " + size(e.done()) + " done, "
                        + size(e.failed()) + " failed, " + size(e.dropped()) + " dropped, " + size(e.retried())
                        + " to ask again, " + size(e.returned()) + " to send again"
                        + (e.sentBack().isEmpty() ? "" : ", " + size(e.sentBack()) + " back to " + step(e.backTo())));
    }

    private void rebuilt(RunEvent.ChunkRebuilt e, Instant time) {
        log.log(
                "STATE",
                RunFacts.chunkName(e.chunk()) + " " + step(e.step()) + ": settled files made again: " + e.reason());
    }

    private String step(int place) {
        return state.facts().steps().get(place);
    }

    private static int size(String ranges) {
        return UnitRanges.parse(ranges).cardinality();
    }
}
