package dev.caravan.repair;

import dev.caravan.run.UnitStanding;
import java.util.ArrayList;
import java.util.List;

/** What is counted of a step's units, chunk by chunk, and whose account does not hold. */
final class StepTally {
    int expected;
    int valid;
    int failed;
    int open;
    final List<String> missing = new ArrayList<>();
    final List<String> duplicated = new ArrayList<>();
    final List<String> orphaned = new ArrayList<>();

    /** @param isValid whether it has a line in the validated file */
    void add(UnitStanding standing, boolean isValid, boolean hasFailed) {
        expected += standing.reached() ? 1 : 0;
        open += standing == UnitStanding.OPEN ? 1 : 0;
        valid += isValid ? 1 : 0;
        failed += hasFailed ? 1 : 0;
    }

    /** Adds what was counted of the chunks behind. */
    void add(StepTally behind) {
        expected += behind.expected;
        open += behind.open;
        valid += behind.valid;
        failed += behind.failed;
        missing.addAll(behind.missing);
        duplicated.addAll(behind.duplicated);
        orphaned.addAll(behind.orphaned);
    }
}
