package dev.caravan.cli;

import dev.caravan.cost.MoneyText;
import dev.caravan.run.RunSummary;
import java.util.List;

/** How far a run is, in one line that fits a terminal: what matters most stands first, steps that find no room are cut. */
final class ProgressLine {
    private static final int BAR = 24;
    /** Below this a bar says nothing that the numbers do not. */
    private static final int LEAST_BAR = 6;

    private static final String CUT = "…";

    private ProgressLine() {}

    /** @param columns of the terminal; the last one stays free, for some terminals wrap there */
    static String of(RunSummary run, int columns) {
        return of(run.progress().settled(), run.progress().total(), MoneyText.cost(run), run.steps(), columns);
    }

    static String of(int settled, int total, String cost, List<RunSummary.StepLine> steps, int columns) {
        var text = new StringBuilder(bar(settled, total, Math.min(BAR, columns / 4)));
        text.append(settled).append('/').append(total).append(" | ").append(cost);
        steps.forEach(each -> text.append(" | ")
                .append(each.name())
                .append(' ')
                .append(each.done())
                .append(each.inFlight() > 0 ? " (+" + each.inFlight() + " in flight)" : ""));
        int room = Math.max(1, columns - 1);
        return text.length() <= room ? text.toString() : text.substring(0, room - 1) + CUT;
    }

    private static String bar(int settled, int total, int width) {
        if (width < LEAST_BAR) {
            return "";
        }
        int filled = total == 0 ? 0 : (int) ((long) width * settled / total);
        return "[" + "#".repeat(filled) + ".".repeat(width - filled) + "] ";
    }
}
