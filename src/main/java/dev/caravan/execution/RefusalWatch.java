package dev.caravan.execution;

import dev.caravan.provider.Answer;
import dev.caravan.run.FailureBrake;
import dev.caravan.run.PauseReason;
import dev.caravan.run.RunStore;
import dev.caravan.run.WorkOrder;
import dev.caravan.settle.ReplyRow;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Pattern;

/**
 * Notices that a step's first requests are all refused alike and none is answered. That is seldom the fault of each of
 * them: the account has no credit, the server lacks the model or the form that is asked for. The run pauses with the
 * provider's words, and no unit fails for it: until a first answer, refusals are kept back, and booked only once their
 * piece of work is through without such a pause. Whoever goes on after it says that the refusals are the units' own.
 */
final class RefusalWatch {
    /** Of calls and jobs that bought nothing for it. */
    static final String CODE = "refused";

    /** See decision 25. */
    private static final int MOST = 5;

    private static final Pattern QUOTED = Pattern.compile("'[^']*'|\"[^\"]*\"|`[^`]*`");
    private static final Pattern NUMBERED = Pattern.compile("\\S*[0-9]\\S*");
    private static final Pattern STATUS = Pattern.compile("^HTTP ([0-9]{3})");

    private static final class Series {
        String shape = "";
        int length;
    }

    private final RunStore store;
    private final RunControl control;
    private final boolean off;
    /** Steps whose refusals are the units' own, for somebody went on after a pause: all but those that ask another model. */
    private final Set<Integer> accepted = new HashSet<>();

    private final Set<Integer> answered = new HashSet<>();
    private final Map<Integer, Series> series = new HashMap<>();
    private final Map<String, List<ReplyRow>> held = new HashMap<>();
    private boolean tripped;

    RefusalWatch(RunStore store, RunControl control) {
        this.store = store;
        this.control = control;
        store.onState(state -> {
            for (int i = 0; i < state.steps().size() && PauseReason.REFUSED.is(state.reason()); i++) {
                if (!state.steps().get(i).isRevised()) {
                    accepted.add(i);
                }
            }
            return true;
        });
        off = store.facts().brake().equals(FailureBrake.NONE);
    }

    /** Hears what came of a realtime call; true when it is kept back, and the call has bought nothing. */
    synchronized boolean hold(UnitCall call, Answer answer) {
        WorkOrder order = call.order();
        if (!counts(order.step(), answer)) {
            return false;
        }
        count(order.step(), answer, 1);
        if (!(answer instanceof Answer.Rejected)) {
            return false;
        }
        held.computeIfAbsent(order.work(), key -> new ArrayList<>())
                .add(ReplyRow.of(
                        call.member(), call.unitId, order.work(), order.lane(), answer, () -> call.worstPicos));
        return true;
    }

    /**
     * What was kept back of a piece of work that is through, to be booked. Nothing, where that is why the run paused, or
     * it stopped before any answer: then they are asked again.
     */
    synchronized List<ReplyRow> given(WorkOrder order) {
        List<ReplyRow> rows = held.remove(order.work());
        boolean open = tripped || (!answered.contains(order.step()) && !control.admits());
        return rows == null || open ? List.of() : rows;
    }

    /** The reason to pause when that is all that came of a job; the run is paused with it. */
    synchronized Optional<String> alike(int step, Collection<Answer> answers) {
        Set<String> shapes = new HashSet<>();
        for (Answer each : answers) {
            if (!(each instanceof Answer.Rejected) || !counts(step, each)) {
                return Optional.empty();
            }
            shapes.add(shape(each));
        }
        if (shapes.size() != 1) {
            return Optional.empty();
        }
        return count(step, answers.iterator().next(), answers.size());
    }

    private boolean counts(int step, Answer answer) {
        if (answer instanceof Answer.Received) {
            answered.add(step);
        }
        return !off
                && !accepted.contains(step)
                && !answered.contains(step)
                && !shape(answer).isEmpty();
    }

    private Optional<String> count(int step, Answer answer, int times) {
        Series now = series.computeIfAbsent(step, key -> new Series());
        String shape = shape(answer);
        now.length = shape.equals(now.shape) ? now.length + times : times;
        now.shape = shape;
        int most = Math.max(2, Math.min(MOST, store.facts().units()));
        if (now.length < most || wasAnswered(step)) {
            return Optional.empty();
        }
        tripped = true;
        String why = "the first " + now.length + " requests of step "
                + store.facts().steps().get(step) + " were answered alike, and none with an answer: " + words(answer);
        control.pause(PauseReason.REFUSED, why);
        return Optional.of(why);
    }

    private boolean wasAnswered(int step) {
        return store.onState(
                state -> state.ledger().lines().stream().anyMatch(each -> each.step() == step && each.calls() > 0));
    }

    private static String words(Answer answer) {
        if (answer instanceof Answer.Rejected each) {
            return each.code() + ": " + each.detail();
        }
        return answer instanceof Answer.Ambiguous each ? each.detail() : "";
    }

    /** What is alike in answers that are; empty for those that say nothing of the kind. */
    private static String shape(Answer answer) {
        if (answer instanceof Answer.Ambiguous each) {
            return each.came() ? each.code() : "";
        }
        if (!(answer instanceof Answer.Rejected each)) {
            return "";
        }
        String words =
                QUOTED.matcher(STATUS.matcher(each.detail()).replaceFirst("")).replaceAll("#");
        return each.code() + " " + NUMBERED.matcher(words).replaceAll("#");
    }
}
