package dev.caravan.octobatch;

import java.util.ArrayList;
import java.util.List;

/** What became of what could not be taken over as it was. */
public final class ImportFindings {
    private static final int MOST = 500;

    /**
     * @param place file, and what stands there
     * @param message what became of it, or why it has no equal
     */
    public record Finding(String file, String place, String message) {
        @Override
        public String toString() {
            return file + (place.isEmpty() ? "" : ": " + place) + ": " + message;
        }
    }

    private final List<Finding> left = new ArrayList<>();
    private final List<Finding> changed = new ArrayList<>();

    /** What a person has to finish. */
    void left(String file, String place, String message) {
        add(left, new Finding(file, place, message));
    }

    /** What is there, and not quite as it was. */
    void changed(String file, String place, String message) {
        add(changed, new Finding(file, place, message));
    }

    private static void add(List<Finding> list, Finding finding) {
        if (list.size() < MOST && !list.contains(finding)) {
            list.add(finding);
        }
    }

    public List<Finding> left() {
        return List.copyOf(left);
    }

    public List<Finding> changed() {
        return List.copyOf(changed);
    }
}
