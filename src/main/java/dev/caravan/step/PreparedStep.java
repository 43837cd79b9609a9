package dev.caravan.step;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.caravan.pipeline.Step;
import dev.caravan.prompt.RenderException;
import dev.caravan.provider.Prompt;
import dev.caravan.run.UnitReview;
import dev.caravan.validation.Finding;
import dev.caravan.validation.Verdict;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** One step of one run, compiled and ready. Safe for many threads. It either asks a model or works by itself. */
public sealed interface PreparedStep {
    Step step();

    /** Who passes it by, and who leaves the run at it. */
    StepBranch branch();

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

    /** A step that turns one unit into many. */
    non-sealed interface Fanning extends PreparedStep {

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
    }

    /** A step at which units wait for a person; they pass it as they are, or fail. */
    non-sealed interface Reviewing extends PreparedStep {

        /** How many of the units that wait are shown. */
        int sample();

        /** What those are drawn by. */
        long seed();

        /** Why units do not pass; empty when they do. */
        List<Finding> findings(UnitReview.Word word);
    }

    /** A step that makes one unit of many: it brings a unit's children back into its record. */
    non-sealed interface Gathering extends PreparedStep {

        /**
         * @param record what the unit brought to the fan-out
         * @param arrived what the children brought to this step, in their order
         * @param failed ids of the children that did not come
         */
        Verdict gather(ObjectNode record, List<ObjectNode> arrived, List<String> failed);
    }
}
