package dev.caravan.pipeline;

import com.fasterxml.jackson.databind.JsonNode;
import dev.caravan.base.Problems;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;

/**
 * Finds for each step where a unit goes back to when it does not hold there: the step that {@code retry_from} names, or
 * the nearest one before that asks a model. Never across a fan-out or a gather, where one unit is not the other.
 */
final class RetryLinks {
    private static final String NONE = "none";

    private final List<Step> steps;
    private final Map<String, ? extends StepGrammar> kinds;
    private final String file;
    private final Problems problems;

    RetryLinks(List<Step> steps, Map<String, ? extends StepGrammar> kinds, String file, Problems problems) {
        this.steps = steps;
        this.kinds = kinds;
        this.file = file;
        this.problems = problems;
    }

    List<Step> all() {
        boolean unknown = steps.stream().anyMatch(each -> !kinds.containsKey(each.kind()));
        return unknown
                ? steps
                : IntStream.range(0, steps.size())
                        .mapToObj(each -> steps.get(each).retryingFrom(target(each)))
                        .toList();
    }

    /** @param at place among the steps read, which is not the written one where something between was no step */
    private int target(int at) {
        Step step = steps.get(at);
        JsonNode named = step.source().get("retry_from");
        if (named == null) {
            return asks(step) || grammar(step).manner().waitsForPerson() ? Step.NOWHERE : nearest(at);
        }
        String place = "pipeline.steps[" + step.index() + "].retry_from";
        if (named.asText().equals(NONE)) {
            if (asks(step)) {
                problems.at(file, place, "none has no meaning at a step that asks a model; max_retries: 0 asks once");
            }
            return Step.NOWHERE;
        }
        for (int i = 0; i < steps.size(); i++) {
            if (steps.get(i).name().equals(named.asText())) {
                return named(at, i, place);
            }
        }
        problems.at(
                file,
                place,
                "there is no step '" + named.asText() + "'; "
                        + Problems.suggestion(
                                named.asText(), steps.stream().map(Step::name).toList()));
        return Step.NOWHERE;
    }

    private int named(int at, int to, String place) {
        Step target = steps.get(to);
        if (to > at) {
            problems.at(file, place, "'" + target.name() + "' comes later; a unit goes back to an earlier step");
        } else if (!asks(target)) {
            problems.at(file, place, "'" + target.name() + "' asks no model: it would come to the same again");
        } else if (!connected(to, at)) {
            problems.at(
                    file,
                    place,
                    "between '" + target.name() + "' and this step units fan out or are gathered; a unit cannot go back"
                            + " across that");
        } else {
            return to == at ? Step.NOWHERE : to;
        }
        return Step.NOWHERE;
    }

    private int nearest(int at) {
        for (int i = at - 1; i >= 0; i--) {
            if (asks(steps.get(i))) {
                return connected(i, at) ? i : Step.NOWHERE;
            }
        }
        return Step.NOWHERE;
    }

    private boolean asks(Step step) {
        return grammar(step).manner().asksProvider();
    }

    private StepGrammar grammar(Step step) {
        return StepGrammar.of(kinds, step);
    }

    /** A fan-out itself can send a unit back, for it has no children yet; a gather cannot. */
    private boolean connected(int from, int to) {
        for (int i = from; i <= to; i++) {
            StepGrammar.Role role = grammar(steps.get(i)).role();
            if (role == StepGrammar.Role.GATHER || (role == StepGrammar.Role.FAN_OUT && i < to)) {
                return false;
            }
        }
        return true;
    }
}
