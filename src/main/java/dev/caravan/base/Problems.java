package dev.caravan.base;

import java.util.ArrayList;
import java.util.Collection;
import java.util.Collections;
import java.util.List;
import java.util.Locale;
import java.util.Optional;

/**
 * Collects everything wrong with what a person wrote, over all its files, so that it can be mended in one go.
 *
 * <pre>{@code
 * var problems = new Problems("pipelines/triage");
 * problems.at("config.yaml", "pipeline.steps[1].provider", "unknown provider 'gemni'; did you mean 'gemini'?");
 * problems.throwIfAny();
 * }</pre>
 */
public final class Problems {

    private final String subject;
    private final List<Problem> found = new ArrayList<>();
    private final List<Problem> hints = new ArrayList<>();

    public Problems(String subject) {
        this.subject = subject;
    }

    String subject() {
        return subject;
    }

    public void at(String file, String path, String message) {
        var problem = new Problem(file, path, message);
        if (!found.contains(problem)) {
            found.add(problem);
        }
    }

    /** Notes what is not wrong but may surprise. */
    public void hint(String file, String path, String message) {
        var hint = new Problem(file, path, message);
        if (!hints.contains(hint)) {
            hints.add(hint);
        }
    }

    public List<Problem> hints() {
        return Collections.unmodifiableList(hints);
    }

    public void addAll(Collection<Problem> problems) {
        problems.forEach(each -> at(each.file(), each.path(), each.message()));
    }

    public boolean any() {
        return !found.isEmpty();
    }

    public List<Problem> all() {
        return Collections.unmodifiableList(found);
    }

    public void throwIfAny() {
        if (any()) {
            throw new UserMistakeException(subject, found);
        }
    }

    /** Ends a message about an unknown name: the nearest known name, or all of them when none is near. */
    public static String suggestion(String wrong, Collection<String> known) {
        return nearest(wrong, known)
                .map(each -> "did you mean '" + each + "'?")
                .orElseGet(() -> "known: " + String.join(", ", known));
    }

    /** The known name that a misspelt one most likely means, if any is near enough. */
    public static Optional<String> nearest(String wrong, Collection<String> known) {
        var best = Optional.<String>empty();
        int bestDistance = Math.max(1, wrong.length() / 3) + 1;
        for (String each : known) {
            int distance = distance(wrong.toLowerCase(Locale.ROOT), each.toLowerCase(Locale.ROOT));
            if (distance < bestDistance) {
                bestDistance = distance;
                best = Optional.of(each);
            }
        }
        return best;
    }

    /** Levenshtein distance, with two neighbours swapped counting as one slip (optimal string alignment). */
    private static int distance(String a, String b) {
        var rows = new int[a.length() + 1][b.length() + 1];
        for (int i = 0; i <= a.length(); i++) {
            for (int j = 0; j <= b.length(); j++) {
                if (i == 0 || j == 0) {
                    rows[i][j] = i + j;
                    continue;
                }
                int change = rows[i - 1][j - 1] + (a.charAt(i - 1) == b.charAt(j - 1) ? 0 : 1);
                int best = Math.min(change, Math.min(rows[i - 1][j], rows[i][j - 1]) + 1);
                if (i > 1 && j > 1 && a.charAt(i - 1) == b.charAt(j - 2) && a.charAt(i - 2) == b.charAt(j - 1)) {
                    best = Math.min(best, rows[i - 2][j - 2] + 1);
                }
                rows[i][j] = best;
            }
        }
        return rows[a.length()][b.length()];
    }
}
