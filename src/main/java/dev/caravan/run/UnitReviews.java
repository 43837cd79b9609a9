package dev.caravan.run;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** The questions of a run's approval steps, in the order in which they were asked. At most the last one is open. */
final class UnitReviews {
    private final List<UnitReview> all = new ArrayList<>();

    List<UnitReview> all() {
        return all;
    }

    void put(UnitReview review) {
        all.add(review);
    }

    @Nullable UnitReview open() {
        UnitReview last = all.isEmpty() ? null : all.get(all.size() - 1);
        return last != null && last.isOpen() ? last : null;
    }

    int rounds(int step) {
        return (int) all.stream().filter(each -> each.step() == step).count();
    }

    /** The review that a word answers; none when it was answered, or withdrawn, before. */
    Optional<UnitReview> answer(RunEvent.ReviewAnswered e) {
        UnitReview open = open();
        if (open == null || open.step() != e.step() || open.round() != e.round()) {
            return Optional.empty();
        }
        open.answer(e);
        return Optional.of(open);
    }

    /** Units move that may come to the step: whoever is asked later sees them too. */
    boolean withdraw() {
        UnitReview open = open();
        if (open != null) {
            open.withdraw();
        }
        return open != null;
    }

    /** What was said last of a unit at a step. */
    Optional<UnitReview.Word> word(int step, int unit) {
        for (int i = all.size() - 1; i >= 0; i--) {
            UnitReview each = all.get(i);
            if (each.step() == step && each.word().isPresent() && each.units().get(unit)) {
                return each.word();
            }
        }
        return Optional.empty();
    }
}
