package dev.caravan.step;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.caravan.pipeline.Manner;
import dev.caravan.pipeline.Step;
import dev.caravan.pipeline.StepGrammar;
import dev.caravan.prompt.RenderException;
import dev.caravan.provider.Prompt;
import dev.caravan.run.UnitReview;
import dev.caravan.validation.Finding;
import dev.caravan.validation.Verdict;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * One step of one run, compiled and ready. Safe for many threads. It has one of five forms, and knows how it comes by what
 * it makes of a unit and how a unit is settled at it. Who does something else for each form is a {@link Visitor}. The forms
 * are closed; a new kind of step is a class of one of them.
 */
public sealed interface PreparedStep {
    Step step();

    /** Who passes it by, and who leaves the run at it. */
    StepBranch branch();

    Manner manner();

    /** What it does to the number of units. */
    default StepGrammar.Role role() {
        return StepGrammar.Role.ONE_TO_ONE;
    }

    /** Settles a unit: says what becomes of it by what it brought. The same always comes to the same. */
    void settle(SettlingInput input, SettlingPart part);

    /** Has done what is to be done at a step of its form. */
    <R> R visit(Visitor<R> visitor);

    /** The step as one that asks; empty when it asks nobody. */
    default Optional<Asking> asking() {
        return Optional.empty();
    }

    /** The step as one that turns a unit into many; empty when it is none. */
    default Optional<Fanning> fanning() {
        return Optional.empty();
    }

    /** The step as one at which units wait for a person; empty when they do not. */
    default Optional<Reviewing> reviewing() {
        return Optional.empty();
    }

    /** The step as one that brings children back; empty when it is none. */
    default Optional<Gathering> gathering() {
        return Optional.empty();
    }

    /** A step whose outcome is bought. */
    non-sealed interface Asking extends PreparedStep {

        /**
         * What to ask for a unit.
         *
         * @param errors findings of the unit's last answer at this step, an empty array at the first attempt
         * @param again whether the unit was answered at this step before
         */
        Prompt prompt(String callKey, ObjectNode record, JsonNode errors, boolean again) throws RenderException;

        /** The schema its answers are judged by, or null when there is none. */
        @Nullable JsonNode schema();

        /** Judges a reply; the output of a passing verdict is the unit's new accumulated record. */
        Verdict judge(String text, ObjectNode record);

        @Override
        default Manner manner() {
            return Manner.BUYS;
        }

        @Override
        default Optional<Asking> asking() {
            return Optional.of(this);
        }

        @Override
        default void settle(SettlingInput input, SettlingPart part) {
            part.replied(text -> judge(text, input.record()));
        }

        @Override
        default <R> R visit(Visitor<R> visitor) {
            return visitor.asking(this);
        }
    }

    /** A step that is carried out in process and costs nothing: the same record always comes to the same verdict. */
    non-sealed interface Local extends PreparedStep {

        /** @param attempt how often the unit was at this step before */
        Performed perform(ObjectNode record, int attempt);

        /**
         * What came of it.
         *
         * @param computed whether there was something to judge; if not, the verdict says why
         */
        record Performed(boolean computed, Verdict verdict) {}

        @Override
        default Manner manner() {
            return Manner.COMPUTES;
        }

        @Override
        default void settle(SettlingInput input, SettlingPart part) {
            part.unlessSkipped(() -> {
                Performed performed = perform(input.record(), input.attempts());
                if (performed.computed()) {
                    part.take(performed.verdict(), reasons -> part.sendBackOrFail(SettlingPart.JUDGED, reasons));
                } else if (step().source().has("retry_from")) {
                    part.take(performed.verdict(), reasons -> part.sendBackOrFail(step().kind(), reasons));
                } else {
                    // What cannot be computed is more likely the pipeline's fault than the model's.
                    part.take(performed.verdict(), reasons -> part.fail(step().kind(), reasons));
                }
            });
        }

        @Override
        default <R> R visit(Visitor<R> visitor) {
            return visitor.local(this);
        }
    }

    /** A step that turns one unit into many. */
    non-sealed interface Fanning extends PreparedStep {

        /** The field that holds the array. */
        String field();

        /** The field in which a child finds its element. */
        String childField();

        /** Most children that a unit may have. */
        int most();

        /** How many children a record has, or why it can have none. The same record always comes to the same. */
        Expansion expand(ObjectNode record);

        /**
         * The record of one child.
         *
         * @param index of the child, from 0
         * @param unit the child's number
         */
        ObjectNode child(ObjectNode parent, int index, int unit);

        /**
         * What a record unfolds into.
         *
         * @param children how many
         * @param dropped whether the unit leaves the run instead
         * @param findings why it cannot be unfolded; empty when it can
         */
        record Expansion(int children, boolean dropped, List<Finding> findings) {}

        @Override
        default Manner manner() {
            return Manner.COMPUTES;
        }

        @Override
        default StepGrammar.Role role() {
            return StepGrammar.Role.FAN_OUT;
        }

        @Override
        default Optional<Fanning> fanning() {
            return Optional.of(this);
        }

        @Override
        default void settle(SettlingInput input, SettlingPart part) {
            Expansion made = expand(input.record());
            part.note(made.findings());
            if (!made.findings().isEmpty()) {
                part.sendBackOrFail(step().kind(), made.findings());
            } else if (made.dropped()) {
                part.drop(input.record());
            } else {
                part.fanOut(made.children());
            }
        }

        @Override
        default <R> R visit(Visitor<R> visitor) {
            return visitor.fanning(this);
        }
    }

    /** A step at which units wait for a person; they pass it as they are, or fail. */
    non-sealed interface Reviewing extends PreparedStep {

        /** How many of the units that wait are shown. */
        int sample();

        /** What those are drawn by. */
        long seed();

        /** Why units do not pass; empty when they do. */
        List<Finding> findings(UnitReview.Word word);

        @Override
        default Manner manner() {
            return Manner.WAITS;
        }

        @Override
        default Optional<Reviewing> reviewing() {
            return Optional.of(this);
        }

        @Override
        default void settle(SettlingInput input, SettlingPart part) {
            List<Finding> reasons = findings(input.word());
            part.note(reasons);
            if (reasons.isEmpty()) {
                part.pass(input.record());
            } else {
                part.sendBackOrFail(step().kind(), reasons);
            }
        }

        @Override
        default <R> R visit(Visitor<R> visitor) {
            return visitor.reviewing(this);
        }
    }

    /** A step that makes one unit of many: it brings a unit's children back into its record. */
    non-sealed interface Gathering extends PreparedStep {

        /**
         * @param record what the unit brought to the fan-out
         * @param arrived what the children brought to this step, in their order
         * @param failed ids of the children that did not come
         */
        Verdict gather(ObjectNode record, List<ObjectNode> arrived, List<String> failed);

        @Override
        default Manner manner() {
            return Manner.COMPUTES;
        }

        @Override
        default StepGrammar.Role role() {
            return StepGrammar.Role.GATHER;
        }

        @Override
        default Optional<Gathering> gathering() {
            return Optional.of(this);
        }

        @Override
        default void settle(SettlingInput input, SettlingPart part) {
            SettlingInput.Children children = input.children();
            Verdict verdict = gather(input.record(), children.arrived(), children.failed());
            part.take(verdict, reasons -> part.fail(step().kind(), reasons));
        }

        @Override
        default <R> R visit(Visitor<R> visitor) {
            return visitor.gathering(this);
        }
    }

    /**
     * What is done at a step, by its form: a new form is a method here, and the compiler names everybody who owes an answer.
     *
     * @param <R> what comes of it
     */
    interface Visitor<R> {
        R asking(Asking step);

        R local(Local step);

        R fanning(Fanning step);

        R gathering(Gathering step);

        R reviewing(Reviewing step);
    }
}
