package dev.caravan.run;

import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.TreeMap;

/**
 * The units of a run as a table of bytes: at which step each stands, with which outcome, after how many tries. About
 * twenty bytes a unit, so that a million units fit beside everything else.
 */
public final class UnitTable {
    private static final int[] NEW = {0, 0};

    private byte[] step = {};
    private byte[] outcome = {};
    private byte[] attempts = {};
    private byte[] forgiven = {};
    private short[] tries = {};
    private int[] troubleSince = {};
    /** Number of the family a unit was last replaced by, from 1; 0 for none. */
    private int[] family = {};
    /** Children that have no outcome yet, of units that wait for theirs. */
    private int[] openChildren = {};

    /** Of steps that units left after more than one try, or were sent back to: attempts and forgiven, by unit and step. */
    private final Map<Long, int[]> visits = new TreeMap<>();

    private final int[] tally = new int[UnitOutcome.values().length];
    private Lineage lineage = new Lineage(0);

    void allocate(int count) {
        lineage = new Lineage(count);
        room(count);
        tally[UnitOutcome.PENDING.code()] = count;
    }

    private void room(int units) {
        if (units > step.length) {
            int room = step.length == 0 ? units : Math.max(units, step.length + step.length / 2);
            step = Arrays.copyOf(step, room);
            outcome = Arrays.copyOf(outcome, room);
            attempts = Arrays.copyOf(attempts, room);
            forgiven = Arrays.copyOf(forgiven, room);
            tries = Arrays.copyOf(tries, room);
            troubleSince = Arrays.copyOf(troubleSince, room);
            family = Arrays.copyOf(family, room);
            openChildren = Arrays.copyOf(openChildren, room);
        }
    }

    /**
     * Adds a family of units that stand at a step.
     *
     * @return number of the first child
     */
    int bear(int parent, int birth, int children, int atStep) {
        if (children == 0) {
            family[parent] = 0;
            return count();
        }
        int first = lineage.add(parent, birth, children);
        room(count());
        family[parent] = lineage.count();
        Arrays.fill(step, first, first + children, (byte) atStep);
        tally[UnitOutcome.PENDING.code()] += children;
        return first;
    }

    /** Makes the families of a snapshot again, before their units are restored. */
    void restoreFamily(int parent, int birth, int children) {
        bear(parent, birth, children, birth + 1);
    }

    /** The children that a unit was replaced by at a fan-out, if that was its last one; else none. */
    public Lineage.Family children(int unit, int birth) {
        Lineage.Family none = new Lineage.Family(unit, birth, 0, 0);
        Lineage.Family last = family[unit] == 0 ? none : lineage.family(family[unit] - 1);
        return last.birth() == birth ? last : none;
    }

    int openChildren(int unit) {
        return openChildren[unit];
    }

    void openChildren(int unit, int count) {
        openChildren[unit] = count;
    }

    /** Which unit came of which. */
    public Lineage lineage() {
        return lineage;
    }

    /** All units, children included. */
    public int count() {
        return lineage.units();
    }

    /** How many units have an outcome. */
    public int count(UnitOutcome wanted) {
        return tally[wanted.code()];
    }

    public int step(int unit) {
        return step[unit];
    }

    public UnitOutcome outcome(int unit) {
        return UnitOutcome.of(outcome[unit]);
    }

    /** Whether two units stand alike in all that a snapshot says of them. */
    boolean alike(int one, int other) {
        return step[one] == step[other]
                && outcome[one] == outcome[other]
                && attempts[one] == attempts[other]
                && forgiven[one] == forgiven[other]
                && tries[one] == tries[other]
                && troubleSince[one] == troubleSince[other];
    }

    /** Paid answers that did not hold at the unit's present step. */
    public int attempts(int unit) {
        return attempts[unit] & 0xff;
    }

    /** How many of them are forgiven: they were before the unit was given another chance. */
    public int forgiven(int unit) {
        return forgiven[unit] & 0xff;
    }

    /** How often the present attempt came back without an answer. */
    public int tries(int unit) {
        return tries[unit];
    }

    /** When the present attempt first came back without an answer, in seconds since 1970; 0 when it never did. */
    public long troubleSince(int unit) {
        return troubleSince[unit] & 0xffffffffL;
    }

    /** Names one call for provider, simulator and books: the same in every mode, for any chunk size. */
    public String callKey(String stepName, int unit) {
        String key = stepName + "-" + lineage.label(unit) + "-" + (attempts(unit) + 1);
        return tries(unit) == 0 ? key : key + "-t" + (tries(unit) + 1);
    }

    void outcome(int unit, UnitOutcome now) {
        tally[outcome(unit).code()]--;
        tally[now.code()]++;
        outcome[unit] = now.code();
    }

    void moveTo(int unit, int index) {
        if (attempts(unit) > 0) {
            visit(unit, step[unit], attempts(unit), forgiven(unit));
        }
        step[unit] = (byte) index;
        outcome(unit, UnitOutcome.PENDING);
        int[] earlier = visits.getOrDefault(place(unit, index), NEW);
        attempts[unit] = (byte) earlier[0];
        forgiven[unit] = (byte) earlier[1];
        calm(unit);
    }

    /** Back to an earlier step: from there on each step counts as one attempt more, under call keys of its own. */
    void sendBack(int unit, int to) {
        int from = step[unit];
        visit(unit, from, attempts(unit), forgiven(unit));
        for (int i = to; i <= from; i++) {
            int[] known = visits.getOrDefault(place(unit, i), NEW);
            visit(unit, i, Math.min(255, known[0] + 1), known[1]);
        }
        attempts[unit] = 0;
        moveTo(unit, to);
    }

    private static long place(int unit, int step) {
        return ((long) unit << 8) + step;
    }

    void visit(int unit, int step, int attempted, int forgave) {
        visits.put(place(unit, step), new int[] {attempted, forgave});
    }

    /** Attempts that did not hold at a step, the one the unit is at or one it passed. */
    public int attempts(int unit, int atStep) {
        return step[unit] == atStep ? attempts(unit) : visits.getOrDefault(place(unit, atStep), NEW)[0];
    }

    /** How many of them are forgiven. */
    public int forgiven(int unit, int atStep) {
        return step[unit] == atStep ? forgiven(unit) : visits.getOrDefault(place(unit, atStep), NEW)[1];
    }

    /** What is remembered of steps that units left: {@code unit/step → [attempts, forgiven]}. */
    Map<String, int[]> visits() {
        var named = new LinkedHashMap<String, int[]>();
        visits.forEach((key, value) -> named.put((key >> 8) + "/" + (key & 0xff), value.clone()));
        return named;
    }

    /** A retry budget of its own from here on. */
    void forgive(int unit) {
        forgiven[unit] = attempts[unit];
    }

    /** Another chance, under a call key that was never used. */
    void reopen(int unit, boolean answered) {
        if (answered) {
            countAttempt(unit);
        } else {
            countTry(unit, 0);
            troubleSince[unit] = 0;
        }
        forgive(unit);
        outcome(unit, UnitOutcome.PENDING);
    }

    void countAttempt(int unit) {
        attempts[unit] = (byte) Math.min(255, attempts(unit) + 1);
        calm(unit);
    }

    private void calm(int unit) {
        tries[unit] = 0;
        troubleSince[unit] = 0;
    }

    void countTry(int unit, long second) {
        tries[unit] = (short) Math.min(Short.MAX_VALUE, tries[unit] + 1);
        if (troubleSince[unit] == 0) {
            troubleSince[unit] = (int) second;
        }
    }

    void restore(int unit, int atStep, UnitOutcome now, int attempted, int forgave, int tried, long since) {
        step[unit] = (byte) atStep;
        outcome(unit, now);
        attempts[unit] = (byte) attempted;
        forgiven[unit] = (byte) forgave;
        tries[unit] = (short) tried;
        troubleSince[unit] = (int) since;
    }
}
