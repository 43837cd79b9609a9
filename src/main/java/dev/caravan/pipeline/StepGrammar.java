package dev.caravan.pipeline;

import dev.caravan.base.Problems;
import java.util.Map;
import java.util.Objects;
import java.util.Set;

/**
 * What a pipeline author may write in a step of one kind: the seam by which new step kinds join.
 *
 * <p>A kind is found by its name, the value of {@code scope:}. The reader checks what all steps share; the kind reads
 * the rest and may compile templates, schemas and rules to do so.
 */
public interface StepGrammar {

    /** The kind of a step that was read. */
    static <K extends StepGrammar> K of(Map<String, K> kinds, Step step) {
        return Objects.requireNonNull(kinds.get(step.kind()));
    }

    /** The value of {@code scope:}, such as {@code llm}. */
    String kind();

    /** Keys this kind allows in a step, beside {@code name}, {@code scope} and {@code description}. */
    Set<String> keys();

    /** Reads the step's settings, and adds all that is wrong with the step. */
    StepSettings read(Step step, StepSource source, Problems problems);

    /** What a step does to the number of units. */
    enum Role {
        /** One unit comes, the same one goes. */
        ONE_TO_ONE,
        /** One unit comes, its children go. */
        FAN_OUT,
        /** Children come, their parent goes. */
        GATHER
    }

    default Role role() {
        return Role.ONE_TO_ONE;
    }

    /** How steps of this kind come by what they make. */
    Manner manner();

    /**
     * Holds what the step uses against the fields that records have when they come to it, and adds those it gives them.
     * Called in the order of the steps, once all of them were checked.
     */
    default void flow(Step step, StepSource source, KnownFields known, Problems problems) {}
}
