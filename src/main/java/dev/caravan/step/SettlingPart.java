package dev.caravan.step;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.caravan.validation.Finding;
import dev.caravan.validation.Verdict;
import java.util.List;
import java.util.function.Consumer;
import java.util.function.Function;

/** A unit's part of a chunk that is being settled: a step says here, once, what becomes of the unit. */
public interface SettlingPart {
    /** The stage of a failure of what was there to be judged. */
    String JUDGED = "validation";

    /** The outcome of its call decides; where an answer was completed, the judge does. */
    void replied(Function<String, Verdict> judge);

    /** Does the work of the step, unless the unit passes the step by or that cannot be told. */
    void unlessSkipped(Runnable work);

    /** Notes what was found, of units that pass as of those that do not. */
    void note(List<Finding> findings);

    /** What the step made holds: the unit goes on with it, or leaves the run as the pipeline says. */
    void pass(ObjectNode output);

    /** The unit leaves the run here, which is no failure. */
    void drop(ObjectNode record);

    /** The unit goes on in so many children. */
    void fanOut(int children);

    /** @param stage of the step at which it came to nothing */
    void fail(String stage, List<Finding> reasons);

    /** Back to the step that made what does not hold, as long as its budget lasts. */
    void sendBackOrFail(String stage, List<Finding> reasons);

    /**
     * Notes a verdict, and passes what holds.
     *
     * @param otherwise takes the reasons why it does not
     */
    default void take(Verdict verdict, Consumer<List<Finding>> otherwise) {
        note(verdict.findings());
        ObjectNode output = verdict.output();
        if (output == null) {
            otherwise.accept(verdict.findings().stream().filter(Finding::fails).toList());
        } else {
            pass(output);
        }
    }
}
