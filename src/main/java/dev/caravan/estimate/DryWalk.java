package dev.caravan.estimate;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.caravan.base.Json;
import dev.caravan.expression.EvaluationException;
import dev.caravan.pipeline.StepGrammar;
import dev.caravan.prompt.RenderException;
import dev.caravan.provider.Prompt;
import dev.caravan.run.StepShape;
import dev.caravan.simulator.Rehearsal;
import dev.caravan.step.PreparedStep;
import dev.caravan.step.StepBranch;
import dev.caravan.validation.Verdict;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;

/**
 * Takes units of a sample through all steps without asking anybody: prompts are rendered, answers are made up, and what
 * needs no answer is computed as in a run. Where the way depends on a field that came of an answer (who is skipped or dropped, how many
 * children there are) all ways stay open: what it comes to is an interval.
 */
final class DryWalk {
    /** Children of one unit that are walked; they stand for the others. */
    private static final int MOST_CHILDREN = 10;

    private static final String ASSUMED_ALL =
            "who is skipped or dropped at %s depends on answers: expected is nobody, low is everybody";
    private static final String ASSUMED_CHILDREN =
            "how many units %s makes depends on answers: assumed are 1 to %d, expected as many as a made-up answer has";
    private static final String BROKE_OFF =
            "made-up answers do not get through %s: prompts behind it are assumed, widely";

    private final List<PreparedStep> steps;
    private final StepShape shape;
    private final TokenCounter tokens;
    private final AnswerLengths lengths;
    private final Rehearsal rehearsal = new Rehearsal(1);
    private final PromptSample kept;
    private final Set<String> notes = new LinkedHashSet<>();
    private List<SampledCall> calls = new ArrayList<>();
    private int asked;
    private int failed;

    DryWalk(List<PreparedStep> steps, TokenCounter tokens, AnswerLengths lengths, int units) {
        this.steps = steps;
        this.tokens = tokens;
        this.lengths = lengths;
        kept = new PromptSample(units);
        shape = StepShape.of(steps.size(), places(StepGrammar.Role.FAN_OUT), places(StepGrammar.Role.GATHER));
        steps.forEach(this::rehearse);
    }

    private void rehearse(PreparedStep step) {
        String name = step.step().name();
        JsonNode block = step.step().simulate();
        if (block != null) {
            rehearsal.answers(name, block);
        }
        JsonNode schema = step.asking().map(PreparedStep.Asking::schema).orElse(null);
        if (schema != null) {
            rehearsal.schema(name, schema);
        }
    }

    private List<Integer> places(StepGrammar.Role role) {
        return IntStream.range(0, steps.size())
                .filter(each -> steps.get(each).role() == role)
                .boxed()
                .toList();
    }

    /** Whether units that were made on the way are at a step, and not those of the input. */
    boolean isOfChildren(int step) {
        return shape.home(step) != StepShape.NONE;
    }

    /** The calls that a unit would make. */
    List<SampledCall> unit(ObjectNode unit) {
        calls = new ArrayList<>();
        kept.next();
        walk(SampledUnit.begins(unit), 0, steps.size());
        return calls;
    }

    /** As {@link #unit}, of one that comes to a step with the record it has by then. */
    List<SampledCall> unit(ObjectNode record, int step) {
        calls = new ArrayList<>();
        kept.next();
        walk(SampledUnit.begins(record), step, steps.size());
        return calls;
    }

    /** Some of the prompts of a step. */
    List<Prompt> prompts(int step) {
        return kept.prompts(step);
    }

    /** What was assumed on the way. */
    Set<String> notes() {
        return notes;
    }

    /** Units of the sample that fail before anybody is asked. */
    int failed() {
        return failed;
    }

    private @Nullable SampledUnit walk(SampledUnit from, int first, int until) {
        SampledUnit at = from;
        int place = first;
        while (place < until && at != null) {
            at = steps.get(place).visit(new StepVisit(place, at)).orElse(null);
            place = behind(place, until);
        }
        return at;
    }

    /** A fan-out is walked to its end at once. */
    private int behind(int place, int until) {
        if (!shape.isFanOut(place)) {
            return place + 1;
        }
        int gather = shape.gatherOf(place);
        return gather == StepShape.NONE ? until : gather + 1;
    }

    /** A unit of the sample at a step; empty comes back when it goes no further. */
    private final class StepVisit implements PreparedStep.Visitor<Optional<SampledUnit>> {
        private final int place;
        private final SampledUnit at;

        StepVisit(int place, SampledUnit at) {
            this.place = place;
            this.at = at;
        }

        @Override
        public Optional<SampledUnit> asking(PreparedStep.Asking step) {
            return Optional.ofNullable(ask(step, at, place));
        }

        @Override
        public Optional<SampledUnit> local(PreparedStep.Local step) {
            return Optional.ofNullable(perform(step, at));
        }

        @Override
        public Optional<SampledUnit> fanning(PreparedStep.Fanning step) {
            return Optional.ofNullable(fanOut(step, at, place, shape.gatherOf(place)));
        }

        /** What comes together was gathered at its fan-out; who begins here has gone on with it. */
        @Override
        public Optional<SampledUnit> gathering(PreparedStep.Gathering step) {
            return Optional.of(at);
        }

        /** As if everybody agreed. */
        @Override
        public Optional<SampledUnit> reviewing(PreparedStep.Reviewing step) {
            return Optional.of(at);
        }
    }

    private @Nullable SampledUnit ask(PreparedStep.Asking step, SampledUnit at, int place) {
        Boolean skips = skips(step, at);
        if (skips == null || skips) {
            return skips == null ? fails() : at;
        }
        Interval times = at.isOpen(step.branch().skipIf()) ? at.times().perhaps() : at.times();
        ObjectNode record = at.record();
        if (record == null) {
            calls.add(SampledCall.unseen(place, times, at.more()));
            return leaves(step, at);
        }
        asked++;
        String key = step.step().name() + "-" + asked + "-1";
        try {
            Prompt prompt = step.prompt(key, record, Json.mapper().createArrayNode(), false);
            return asked(step, at, place, times, record, prompt);
        } catch (RenderException e) {
            if (!at.answered()) {
                return fails();
            }
            notes.add(BROKE_OFF.formatted(step.step().name()));
            calls.add(SampledCall.unseen(place, times, at.more()));
            return leaves(step, at.lost());
        }
    }

    private @Nullable SampledUnit asked(
            PreparedStep.Asking step, SampledUnit at, int place, Interval times, ObjectNode record, Prompt prompt) {
        kept.keep(place, prompt);
        String answer = rehearsal.answer(prompt.callKey(), prompt.text(), prompt.schema());
        long output = tokens.answer(answer);
        calls.add(new SampledCall(place, times, tokens.prompt(prompt), PromptSample.bytes(prompt), output, at.more()));
        long longer = Math.max(0, lengths.high(step.step(), output) - output);
        return leaves(step, at.answered(answered(step, answer, record), longer));
    }

    /** The record with the answer, also where rules refuse what nobody meant; null when it is no object. */
    private @Nullable ObjectNode answered(PreparedStep.Asking step, String answer, ObjectNode record) {
        ObjectNode output = step.judge(answer, record).output();
        if (output != null) {
            return output;
        }
        try {
            if (Json.mapper().readTree(answer) instanceof ObjectNode object) {
                return record.deepCopy().setAll(object);
            }
        } catch (JsonProcessingException e) {
            // A step without schema and rules is answered in words; its record has nothing new.
        }
        notes.add(BROKE_OFF.formatted(step.step().name()));
        return null;
    }

    /** Whether a unit leaves the run at a step that it passed: null when it surely does. */
    private @Nullable SampledUnit leaves(PreparedStep step, SampledUnit at) {
        ObjectNode record = at.record();
        if (step.branch().dropIf() == null) {
            return at;
        }
        if (record == null || at.isOpen(step.branch().dropIf())) {
            notes.add(ASSUMED_ALL.formatted(step.step().name()));
            return at.times(at.times().perhaps());
        }
        try {
            return step.branch().drops(record) ? null : at;
        } catch (EvaluationException e) {
            return fails();
        }
    }

    private @Nullable SampledUnit perform(PreparedStep.Local step, SampledUnit at) {
        Boolean skips = skips(step, at);
        ObjectNode record = at.record();
        if (skips == null) {
            return fails();
        }
        if (skips || record == null) {
            return record == null ? leaves(step, at) : at;
        }
        return done(step, at, step.perform(record, 0).verdict());
    }

    /** A step computed something of a record. */
    private @Nullable SampledUnit done(PreparedStep step, SampledUnit at, Verdict verdict) {
        ObjectNode output = verdict.output();
        if (output != null) {
            return leaves(step, at.computed(output));
        }
        if (!at.answered()) {
            return fails();
        }
        notes.add(BROKE_OFF.formatted(step.step().name()));
        return leaves(step, at.lost());
    }

    /** Whether a unit surely passes a step by; null when that cannot be computed. */
    private @Nullable Boolean skips(PreparedStep step, SampledUnit at) {
        StepBranch branch = step.branch();
        ObjectNode record = at.record();
        if (branch.skipIf() == null) {
            return false;
        }
        if (record == null || at.isOpen(branch.skipIf())) {
            notes.add(ASSUMED_ALL.formatted(step.step().name()));
            return false;
        }
        try {
            return branch.skips(record);
        } catch (EvaluationException e) {
            return null;
        }
    }

    private @Nullable SampledUnit fanOut(PreparedStep.Fanning step, SampledUnit at, int place, int gather) {
        boolean open = at.isOpen(step.field());
        if (open) {
            notes.add(ASSUMED_CHILDREN.formatted(step.step().name(), step.most()));
        }
        ObjectNode record = at.record();
        PreparedStep.Fanning.Expansion expansion = record == null ? null : step.expand(record);
        if (record == null || expansion == null || (expansion.children() == 0 && open)) {
            return unknownChildren(step, at, place, gather);
        }
        return expansion.children() == 0
                ? childless(at, record, expansion, gather)
                : children(step, at, record, expansion.children(), place, gather);
    }

    /** So many children that nobody knows, with records that nobody knows. */
    private @Nullable SampledUnit unknownChildren(PreparedStep.Fanning step, SampledUnit at, int place, int gather) {
        int most = step.most();
        walk(at.lost().times(at.times().times(1, Math.sqrt(most), most)), place + 1, end(gather));
        return gather == StepShape.NONE ? null : leaves(steps.get(gather), at.lost());
    }

    private @Nullable SampledUnit childless(
            SampledUnit at, ObjectNode record, PreparedStep.Fanning.Expansion expansion, int gather) {
        if (!expansion.findings().isEmpty()) {
            return fails();
        }
        return expansion.dropped() || gather == StepShape.NONE ? null : gather(at, record, List.of(), gather);
    }

    private @Nullable SampledUnit children(
            PreparedStep.Fanning step, SampledUnit at, ObjectNode record, int children, int place, int gather) {
        boolean open = at.isOpen(step.field());
        int walked = Math.min(children, MOST_CHILDREN);
        double share = (double) children / walked;
        SampledUnit standing = at.times(
                open
                        ? at.times().times(1.0 / walked, share, (double) Math.max(children, step.most()) / walked)
                        : at.times().times(share));
        var back = new ArrayList<SampledUnit>();
        for (int i = 0; i < walked; i++) {
            int index = (int) ((long) i * children / walked);
            SampledUnit child = standing.child(step.child(record, index, 0), open ? step.childField() : "");
            SampledUnit returned = walk(child, place + 1, end(gather));
            if (returned != null) {
                back.add(returned);
            }
        }
        return gather == StepShape.NONE ? null : gathered(at, back, share, gather);
    }

    private int end(int gather) {
        return gather == StepShape.NONE ? steps.size() : gather;
    }

    private @Nullable SampledUnit gather(SampledUnit at, ObjectNode record, List<ObjectNode> arrived, int gather) {
        PreparedStep step = steps.get(gather);
        return done(step, at, step.gathering().orElseThrow().gather(record, arrived, List.of()));
    }

    /** @param share children that each of those stands for */
    private @Nullable SampledUnit gathered(SampledUnit parent, List<SampledUnit> back, double share, int gather) {
        ObjectNode record = parent.record();
        boolean lost = record == null;
        boolean answered = parent.answered();
        double more = 0;
        var arrived = new ArrayList<ObjectNode>();
        for (SampledUnit each : back) {
            answered |= each.answered();
            more += (each.more() - parent.more())
                    * each.times().high()
                    / Math.max(parent.times().high(), 1);
            ObjectNode child = each.record();
            lost |= child == null;
            for (int i = 0; child != null && i < Math.round(share); i++) {
                arrived.add(child);
            }
        }
        SampledUnit at = answered ? parent.answered(record, (long) more) : parent;
        return lost || record == null ? leaves(steps.get(gather), at.lost()) : gather(at, record, arrived, gather);
    }

    private @Nullable SampledUnit fails() {
        failed++;
        return null;
    }
}
