package dev.caravan.report;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.caravan.run.RunFolder;

/**
 * What came of a run: its funnel, what failed and why, what it cost by step and by model, and what of it went into
 * asking again.
 */
public final class RunReport {
    private final RunFigures figures;

    private RunReport(RunFigures figures) {
        this.figures = figures;
    }

    /** @param failuresBy field of the failures to count them by; empty for the item they came of */
    public static RunReport of(RunFolder folder, String failuresBy) {
        return new RunReport(RunFigures.of(RunResults.of(folder), failuresBy));
    }

    /** For programs. */
    public ObjectNode json() {
        return RunReportJson.of(figures);
    }

    /** For people. */
    public String text() {
        return RunReportText.of(figures);
    }
}
