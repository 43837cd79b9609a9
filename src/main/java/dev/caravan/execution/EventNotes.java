package dev.caravan.execution;

import dev.caravan.cost.MoneyText;
import dev.caravan.run.RunEvent;
import dev.caravan.run.RunFacts;
import dev.caravan.run.RunLog;
import dev.caravan.run.RunState;
import dev.caravan.run.UnitRanges;

/** Tells people in {@code RUN_LOG.txt} what became of work, jobs and calls: one line for each event worth one. */
final class EventNotes {
    private EventNotes() {}

    static void note(RunLog log, RunEvent event, RunState state) {
        if (event instanceof RunEvent.JobIntended e) {
            log.log("SUBMIT", e.work() + ": " + e.requests() + " requests to " + e.model() + ", intent " + e.nonce());
        } else if (event instanceof RunEvent.JobCreated e) {
            log.log("SUBMIT", e.work() + ": " + (e.adopted() ? "adopted " : "created ") + e.providerJob());
        } else if (event instanceof RunEvent.JobNotCreated e) {
            log.log("WARN", e.work() + ": not created, " + e.code() + ": " + e.detail());
        } else if (event instanceof RunEvent.WorkSplit e) {
            log.log("WARN", e.work() + ": refused whole, " + e.code() + ": " + e.detail() + "; goes again in halves");
        } else if (event instanceof RunEvent.JobInDoubt e) {
            log.log("WARN", e.work() + ": in doubt, " + e.code() + ": " + e.detail());
        } else if (event instanceof RunEvent.StrayFound e) {
            log.log("WARN", e.work() + ": " + e.providerJob() + " exists and nobody waits for it; it is cancelled");
        } else if (event instanceof RunEvent.StraySettled e) {
            log.log("WARN", e.nonce() + ": bought in vain, " + e.paid() + " replies, " + MoneyText.display(e.picos()));
        } else if (event instanceof RunEvent.RepliesSettled e) {
            untold(log, e, state);
        } else if (event instanceof RunEvent.UsageSettled e) {
            log.log(
                    "STATE",
                    "settled by " + e.actor() + ": " + e.calls() + " replies of step "
                            + state.facts().steps().get(e.step()) + " that told no usage cost "
                            + MoneyText.display(e.picos()) + ": " + e.reason());
        } else if (event instanceof RunEvent.RunRevised e) {
            e.to().forEach((step, to) -> log.log("STATE", step + " asks " + to + " from now on, by " + e.actor()));
        } else if (event instanceof RunEvent.UnitsReopened e) {
            log.log(
                    "STATE",
                    (size(e.answered()) + size(e.unanswered())) + " failed units of step "
                            + state.facts().steps().get(e.step()) + " are given another chance");
        } else if (event instanceof RunEvent.ChunkRebuilt e) {
            log.log(
                    "STATE",
                    RunFacts.chunkName(e.chunk()) + " " + state.facts().steps().get(e.step())
                            + ": settled files made again: " + e.reason());
        } else if (event instanceof RunEvent.JobEnded e) {
            log.log("COLLECT", e.work() + ": " + e.state());
        } else if (event instanceof RunEvent.CallsLost e) {
            log.log("WARN", e.work() + ": " + e.calls() + " calls without an answer (" + e.reason() + ")");
        } else if (event instanceof RunEvent.ChunkSettled e) {
            log.log(
                    "STATE",
                    RunFacts.chunkName(e.chunk()) + " "
                            + state.facts().steps().get(e.step()) + ": "
                            + size(e.done()) + " done, " + size(e.failed()) + " failed, " + size(e.dropped())
                            + " dropped, " + size(e.retried())
                            + " to ask again, " + size(e.returned()) + " to send again"
                            + (e.sentBack().isEmpty()
                                    ? ""
                                    : ", " + size(e.sentBack()) + " back to "
                                            + state.facts().steps().get(e.backTo())));
        }
    }

    /** Said once a step: a provider that tells no usage tells none of any reply. */
    private static void untold(RunLog log, RunEvent.RepliesSettled e, RunState state) {
        int untold = e.unknownPicos().size();
        if (untold > 0 && state.ledger().unknown().calls(e.step()) == untold) {
            log.log(
                    "WARN",
                    e.work() + ": " + untold + " replies of step "
                            + state.facts().steps().get(e.step())
                            + " told no usage that can be believed; what they can have cost at most is at risk until"
                            + " somebody settles it: caravan settle "
                            + state.facts().run() + " --unknown");
        }
    }

    private static int size(String ranges) {
        return UnitRanges.parse(ranges).cardinality();
    }
}
