package dev.caravan.run;

import java.util.List;

/**
 * Who waits at a gather for whom: a parent that fanned out goes on when the last of its children has its outcome, and
 * waits again when one of them gets another chance.
 */
final class FamilyTracker {
    private final RunFacts facts;
    private final StepShape shape;
    private final UnitTable units;
    private final List<StepState> steps;
    private final ChunkFiles files;

    FamilyTracker(RunFacts facts, StepShape shape, UnitTable units, List<StepState> steps, ChunkFiles files) {
        this.facts = facts;
        this.shape = shape;
        this.units = units;
        this.steps = steps;
        this.files = files;
    }

    /** A unit waits at its gather for children. */
    void hold(int parent, int children) {
        units.outcome(parent, UnitOutcome.WAITING);
        units.openChildren(parent, children);
        steps.get(units.step(parent)).held++;
    }

    /** All children of a unit have their outcome: it can be gathered. */
    void ready(int parent) {
        StepState gather = steps.get(units.step(parent));
        gather.held--;
        gather.fresh.set(parent);
        units.outcome(parent, UnitOutcome.PENDING);
    }

    /** A final outcome; should a parent wait for it, it has one child less to wait for. */
    void end(int unit, UnitOutcome outcome) {
        units.outcome(unit, outcome);
        if (gatherOf(unit) != StepShape.NONE) {
            int parent = parentOf(unit);
            units.openChildren(parent, units.openChildren(parent) - 1);
            if (units.openChildren(parent) == 0) {
                ready(parent);
            }
        }
    }

    /** Whether a unit that failed may get another chance: its parent must not have gone on without it. */
    boolean revivable(int unit) {
        int gather = gatherOf(unit);
        if (gather == StepShape.NONE) {
            return true;
        }
        int parent = parentOf(unit);
        return units.step(parent) == gather
                && units.children(parent, shape.fanOutOf(gather)).count() > 0
                && switch (units.outcome(parent)) {
                    case WAITING, PENDING -> true;
                    case FAILED -> revivable(parent);
                    default -> false;
                };
    }

    /**
     * A unit that failed is to go on: whoever waited for it, or failed for it, waits again.
     *
     * @throws IllegalStateException when its parent was gathered without it
     */
    void revive(int unit) {
        if (gatherOf(unit) == StepShape.NONE) {
            return;
        }
        int parent = parentOf(unit);
        if (!revivable(unit)) {
            throw new IllegalStateException("unit " + parent + " was gathered without its child " + unit);
        }
        StepState gather = steps.get(units.step(parent));
        switch (units.outcome(parent)) {
            case WAITING -> units.openChildren(parent, units.openChildren(parent) + 1);
            case PENDING -> {
                gather.fresh.clear(parent);
                gather.pool.clear(parent);
                hold(parent, 1);
            }
            default -> {
                gather.failed--;
                files.voidFailures(units.step(parent), facts.chunkOf(parent));
                hold(parent, 1);
                revive(parent);
            }
        }
    }

    /** After a snapshot was read: how many children each waiting unit still waits for follows from their outcomes. */
    void recount() {
        Lineage lineage = units.lineage();
        for (int i = 0; i < lineage.count(); i++) {
            Lineage.Family family = lineage.family(i);
            if (shape.gatherOf(family.birth()) != StepShape.NONE
                    && units.children(family.parent(), family.birth()).equals(family)) {
                int open = 0;
                for (int child = family.first(); child < family.first() + family.count(); child++) {
                    open += units.outcome(child).terminal() ? 0 : 1;
                }
                units.openChildren(family.parent(), open);
            }
        }
    }

    /** The gather at which a unit's parent waits for it, if any. */
    private int gatherOf(int unit) {
        return shape.gatherOf(units.lineage().birth(unit));
    }

    private int parentOf(int unit) {
        return units.lineage().familyOf(unit).parent();
    }
}
