package dev.caravan.step;

import dev.caravan.pipeline.Step;
import dev.caravan.run.UnitReview;
import dev.caravan.validation.Finding;
import java.util.List;

/** A step at which a person says of each unit whether it passes. */
record ApprovalStep(Step step, int sample, long seed) implements PreparedStep.Reviewing {
    /** What goes with the error code of a unit that a person turned down. */
    static final String REJECTED = "rejected";

    @Override
    public StepBranch branch() {
        return StepBranch.NONE;
    }

    @Override
    public List<Finding> findings(UnitReview.Word word) {
        return word.approved()
                ? List.of()
                : List.of(Finding.error(REJECTED, "$", "rejected by " + word.actor() + ": " + word.reason()));
    }
}
