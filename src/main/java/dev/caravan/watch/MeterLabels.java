package dev.caravan.watch;

import io.micrometer.core.instrument.Tags;
import java.util.HashSet;
import java.util.Set;

/** Labels of meters: pipeline and step, never a run. So many pairs are told apart; what comes later goes together. */
final class MeterLabels {
    private static final int MOST = 500;
    private static final int LONGEST = 80;
    private static final String OTHER = "other";

    private final Set<String> known = new HashSet<>();

    /** @param step or empty, for what concerns a pipeline as a whole */
    Tags of(String pipeline, String step) {
        boolean told = isTold(pipeline + "\n" + step);
        Tags tags = Tags.of("pipeline", told ? cut(pipeline) : OTHER);
        return step.isEmpty() ? tags : tags.and("step", told ? cut(step) : OTHER);
    }

    private synchronized boolean isTold(String pair) {
        return known.contains(pair) || (known.size() < MOST && known.add(pair));
    }

    private static String cut(String name) {
        return name.substring(0, Math.min(LONGEST, name.length()));
    }
}
