package dev.caravan.pipeline;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.caravan.base.Problems;
import java.nio.file.Path;
import java.util.Set;

/**
 * What a pipeline author may write in a step of one kind: the seam by which new step kinds join.
 *
 * <p>A kind is found by its name, the value of {@code scope:}. The reader checks what all steps share; the kind checks
 * the rest and may compile templates, schemas and rules to do so.
 */
public interface StepGrammar {

    /** The value of {@code scope:}, such as {@code llm}. */
    String kind();

    /** Keys this kind allows in a step, beside {@code name}, {@code scope} and {@code description}. */
    Set<String> keys();

    /** Adds all that is wrong with the step. */
    void check(Step step, Source source, Problems problems);

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

    /** Whether steps of this kind ask a provider; the others cost nothing. */
    default boolean asks() {
        return true;
    }

    /** Whether units wait at steps of this kind until a person says a word. */
    default boolean waits() {
        return false;
    }

    /**
     * Holds what the step uses against the fields that records have when they come to it, and adds those it gives them.
     * Called in the order of the steps, once all of them were checked.
     */
    default void flow(Step step, Source source, KnownFields known, Problems problems) {}

    /**
     * Where the step was written.
     *
     * @param folder the pipeline folder; templates and schemas lie in it
     * @param place path of the step in its file, such as {@code pipeline.steps[1]}
     * @param config the whole parsed config
     * @param shared what the steps have in common
     * @param stored whether it is a run's own copy, which was checked by the version that made the run
     */
    record Source(Path folder, String file, String place, ObjectNode config, SharedContext shared, boolean stored) {
        /** Of a step that was checked, to read its expressions. */
        public Source(Path folder, String file, String place, ObjectNode config) {
            this(folder, file, place, config, SharedContext.NONE, true);
        }
    }
}
