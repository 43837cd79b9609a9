package dev.caravan.run;

import dev.caravan.base.Backoff;
import dev.caravan.provider.Lane;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * A piece of work as handed to a step route with its ticket: everything needed to perform it, fixed at that moment, so
 * that no other thread reads the run's state.
 *
 * @param lane by which its units are asked, whatever the run's other work is doing
 * @param unanswered members without an outcome on file when the order was given
 * @param kids at a gather, what became of each member's children
 * @param words at an approval step, what was said of each member
 * @param throttledCreates how often in a row its job was turned away to slow us down
 * @param resultsFrom per chunk, the first byte of its results file that may hold an outcome of this work
 */
public record WorkOrder(
        String work,
        int step,
        String stepName,
        Lane lane,
        List<Member> members,
        List<Member> unanswered,
        Map<Integer, Kids> kids,
        Map<Integer, UnitReview.Word> words,
        Map<Integer, Long> resultsFrom,
        int failedCreates,
        int throttledCreates,
        @Nullable Instant troubleSince,
        RunEvent.@Nullable JobIntended intent,
        @Nullable Instant intendedAt,
        @Nullable Instant doubtedAt,
        @Nullable String providerJob,
        RunEvent.@Nullable JobEnded ended) {

    private static final Backoff BACKOFF = new Backoff(8);

    /**
     * How long to wait before its job is tried again: longer from failure to failure.
     *
     * @param first the pause after the first, in any unit
     */
    public long pause(long first) {
        return BACKOFF.pause(first, failedCreates);
    }

    /**
     * A unit in the work.
     *
     * @param attempts paid answers that did not hold so far
     * @param forgiven how many of them do not count against the retry budget
     * @param tries how often the present attempt came back without an answer
     * @param troubleSince when it first did, in seconds since 1970; 0 when it never did
     * @param key names the call this work makes for it
     * @param back attempts at the step it would be sent back to; 0 where there is none
     * @param backForgiven how many of them do not count
     * @param revision under how many revisions of the run it is asked: whom, and at what price
     */
    public record Member(
            int unit,
            int attempts,
            int forgiven,
            int tries,
            long troubleSince,
            String key,
            int back,
            int backForgiven,
            int revision) {
        /** Of a run that was never revised. */
        public Member(int unit, int attempts, int forgiven, int tries, long troubleSince, String key) {
            this(unit, attempts, forgiven, tries, troubleSince, key, 0, 0, 0);
        }
    }

    /**
     * Children at the moment when all of them had their outcome.
     *
     * @param arrived those that came to the gather, in their order
     * @param failed those that did not
     * @param dropped how many left the run as the pipeline says
     */
    public record Kids(List<Integer> arrived, List<Integer> failed, int dropped) {}

    public static WorkOrder of(RunState state, OpenWork work) {
        String name = state.facts().steps().get(work.step());
        int revision = work.intent == null ? state.revised.size() : work.revision;
        var members = work.unsettled().stream()
                .mapToObj(unit -> member(state, work.step(), name, unit, revision))
                .toList();
        var answered = work.answered;
        var from = new HashMap<Integer, Long>();
        for (Member each : members) {
            int chunk = state.facts().chunkOf(each.unit());
            from.computeIfAbsent(
                    chunk,
                    key -> work.resultsFrom.getOrDefault(
                            key, state.lengths(work.step(), key).results()));
        }
        return new WorkOrder(
                work.id(),
                work.step(),
                name,
                work.lane(),
                members,
                members.stream().filter(each -> !answered.get(each.unit())).toList(),
                kids(state, work.step(), members),
                words(state, work.step(), members),
                from,
                work.failedCreates,
                work.throttledCreates,
                work.troubleSince,
                work.intent,
                work.intendedAt,
                work.doubtedAt,
                work.providerJob,
                work.ended);
    }

    private static Map<Integer, Kids> kids(RunState state, int step, List<Member> members) {
        var all = new HashMap<Integer, Kids>();
        if (state.shape().isGather(step)) {
            int birth = state.shape().fanOutOf(step);
            members.forEach(each ->
                    all.put(each.unit(), kids(state, state.units().children(each.unit(), birth))));
        }
        return all;
    }

    private static Map<Integer, UnitReview.Word> words(RunState state, int step, List<Member> members) {
        var all = new HashMap<Integer, UnitReview.Word>();
        if (state.facts().isApproval(step)) {
            members.forEach(
                    each -> all.put(each.unit(), state.word(step, each.unit()).orElseThrow()));
        }
        return all;
    }

    /** What became of a family, by the state. */
    public static Kids kids(RunState state, Lineage.Family family) {
        var arrived = new ArrayList<Integer>();
        var failed = new ArrayList<Integer>();
        int dropped = 0;
        for (int child = family.first(); child < family.first() + family.count(); child++) {
            switch (state.units().outcome(child)) {
                case FAILED -> failed.add(child);
                case DROPPED -> dropped++;
                default -> arrived.add(child);
            }
        }
        return new Kids(arrived, failed, dropped);
    }

    private static Member member(RunState state, int step, String name, int unit, int revision) {
        UnitTable units = state.units();
        int to = state.facts().retryFrom(step);
        return new Member(
                unit,
                units.attempts(unit),
                units.forgiven(unit),
                units.tries(unit),
                units.troubleSince(unit),
                units.callKey(name, unit),
                to < 0 ? 0 : units.attempts(unit, to),
                to < 0 ? 0 : units.forgiven(unit, to),
                revision);
    }

    /** The part of this order that already has its outcomes on file. */
    public WorkOrder answered() {
        return withMembers(
                members.stream().filter(each -> !unanswered.contains(each)).toList());
    }

    /** The same of some members that have their outcomes on file. */
    private WorkOrder withMembers(List<Member> answered) {
        return new WorkOrder(
                work,
                step,
                stepName,
                lane,
                answered,
                List.of(),
                Map.of(),
                Map.of(),
                resultsFrom,
                failedCreates,
                throttledCreates,
                troubleSince,
                intent,
                intendedAt,
                doubtedAt,
                providerJob,
                ended);
    }

    /** Members by chunk, in order. */
    public Map<Integer, List<Member>> byChunk(RunFacts facts) {
        var chunks = new TreeMap<Integer, List<Member>>();
        members.forEach(each -> chunks.computeIfAbsent(facts.chunkOf(each.unit()), key -> new ArrayList<>())
                .add(each));
        return chunks;
    }
}
