package dev.caravan.execution;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.caravan.pipeline.Step;
import dev.caravan.prompt.RenderException;
import dev.caravan.provider.Prompt;
import dev.caravan.validation.Verdict;

/** One step of one run, compiled and ready. Safe for many threads. It either asks a model or works by itself. */
public sealed interface PreparedStep {
    Step step();

    /** Who passes it by, and who leaves the run at it. */
    Branch branch();

    /** A step whose outcome is bought. */
    non-sealed interface Asking extends PreparedStep {

        /**
         * What to ask for a unit.
         *
         * @param errors findings of the unit's last answer at this step, an empty array at the first attempt
         */
        Prompt prompt(String callKey, ObjectNode record, JsonNode errors) throws RenderException;

        /** Judges a reply; the output of a passing verdict is the unit's new accumulated record. */
        Verdict judge(String text, ObjectNode record);
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
    }
}
