package dev.caravan.execution;

import dev.caravan.run.RunEvent;
import dev.caravan.run.RunFacts;
import dev.caravan.run.RunLog;
import dev.caravan.run.RunState;
import dev.caravan.run.UnitSet;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.BiFunction;

/** Tells people in {@code RUN_LOG.txt} what became of a run: a line for each event worth one. */
final class EventNotes {
    private record Note(String tag, BiFunction<RunEvent, RunState, List<String>> words) {}

    private static final Map<Class<? extends RunEvent>, Note> NOTES = new HashMap<>();

    static {
        line(
                RunEvent.JobIntended.class,
                "SUBMIT",
                (e, state) -> e.work() + ": " + e.requests() + " requests to " + e.model() + ", intent " + e.nonce());
        line(
                RunEvent.JobCreated.class,
                "SUBMIT",
                (e, state) -> e.work() + ": " + (e.adopted() ? "adopted " : "created ") + e.providerJob());
        line(
                RunEvent.JobNotCreated.class,
                "WARN",
                (e, state) -> e.work() + ": not created, " + e.code() + ": " + e.detail());
        line(
                RunEvent.WorkSplit.class,
                "WARN",
                (e, state) -> e.work() + ": refused whole, " + e.code() + ": " + e.detail() + "; goes again in halves");
        line(RunEvent.JobInDoubt.class, "WARN", (e, state) -> e.work() + ": in doubt, " + e.code() + ": " + e.detail());
        line(
                RunEvent.StrayFound.class,
                "WARN",
                (e, state) -> e.work() + ": " + e.providerJob() + " exists and nobody waits for it; it is cancelled");
        line(
                RunEvent.StraySettled.class,
                "WARN",
                (e, state) -> e.nonce() + ": bought in vain, " + e.paid() + " replies, "
                        + e.picos().display());
        lines(RunEvent.RepliesSettled.class, "WARN", EventNotes::untold);
        line(
                RunEvent.UsageSettled.class,
                "STATE",
                (e, state) -> "settled by " + e.actor() + ": " + e.calls() + " replies of step " + name(state, e.step())
                        + " that told no usage cost " + e.picos().display() + ": " + e.reason());
        lines(
                RunEvent.RunRevised.class,
                "STATE",
                (e, state) -> e.to().entrySet().stream()
                        .map(each -> each.getKey() + " asks " + each.getValue() + " from now on, by " + e.actor())
                        .toList());
        line(
                RunEvent.UnitsReopened.class,
                "STATE",
                (e, state) -> (size(e.answered()) + size(e.unanswered())) + " failed units of step "
                        + name(state, e.step()) + " are given another chance");
        line(
                RunEvent.ChunkRebuilt.class,
                "STATE",
                (e, state) -> RunFacts.chunkName(e.chunk()) + " " + name(state, e.step())
                        + ": settled files made again: " + e.reason());
        line(RunEvent.JobEnded.class, "COLLECT", (e, state) -> e.work() + ": " + e.state());
        line(
                RunEvent.CallsLost.class,
                "WARN",
                (e, state) -> e.work() + ": " + e.calls() + " calls without an answer (" + e.reason() + ")");
        line(RunEvent.ChunkSettled.class, "STATE", EventNotes::settled);
        line(
                RunEvent.RunCompleted.class,
                "COMPLETE",
                (e, state) -> e.done() + " done, " + e.failed() + " failed, " + e.dropped() + " dropped");
        line(RunEvent.RunPaused.class, "PAUSED", (e, state) -> e.reason() + ": " + e.detail());
        line(RunEvent.RunKilled.class, "STOP", (e, state) -> "killed: " + e.reason());
        line(RunEvent.ReviewAsked.class, "WAIT", (e, state) -> e.detail());
        line(
                RunEvent.ReviewAnswered.class,
                "STATE",
                (e, state) -> (e.approved() ? "approved by " : "rejected by ") + e.actor() + ": step "
                        + name(state, e.step()) + ", round " + e.round());
    }

    private EventNotes() {}

    private static <E extends RunEvent> void line(Class<E> event, String tag, BiFunction<E, RunState, String> words) {
        lines(event, tag, (each, state) -> List.of(words.apply(each, state)));
    }

    private static <E extends RunEvent> void lines(
            Class<E> event, String tag, BiFunction<E, RunState, List<String>> words) {
        NOTES.put(event, new Note(tag, (each, state) -> words.apply(event.cast(each), state)));
    }

    static void note(RunLog log, RunEvent event, RunState state) {
        Note note = NOTES.get(event.getClass());
        if (note != null) {
            note.words().apply(event, state).forEach(each -> log.log(note.tag(), each));
        }
    }

    private static String name(RunState state, int step) {
        return state.facts().steps().get(step);
    }

    private static String settled(RunEvent.ChunkSettled e, RunState state) {
        return RunFacts.chunkName(e.chunk()) + " " + name(state, e.step()) + ": " + size(e.done()) + " done, "
                + size(e.failed()) + " failed, " + size(e.dropped()) + " dropped, " + size(e.retried())
                + " to ask again, " + size(e.returned()) + " to send again"
                + (e.sentBack().isEmpty() ? "" : ", " + size(e.sentBack()) + " back to " + name(state, e.backTo()));
    }

    /** Said once a step: a provider that tells no usage tells none of any reply. */
    private static List<String> untold(RunEvent.RepliesSettled e, RunState state) {
        int untold = e.unknownPicos().size();
        if (untold == 0 || state.ledger().unknown().calls(e.step()) != untold) {
            return List.of();
        }
        return List.of(e.work() + ": " + untold + " replies of step " + name(state, e.step())
                + " told no usage that can be believed; what they can have cost at most is at risk until"
                + " somebody settles it: caravan settle " + state.facts().run() + " --unknown");
    }

    private static int size(String ranges) {
        return UnitSet.parse(ranges).cardinality();
    }
}
