package dev.caravan.run;

import java.util.Arrays;

/**
 * Which unit came of which. The units of the input have the numbers from 0; the children of a unit follow each other
 * under the next free numbers, family by family, in the order in which the fan-outs were journalled.
 *
 * <p>Only ever added to, by the journal's thread; every thread may read of units it has heard of.
 */
public final class Lineage {
    private static final int FIRST_ROOM = 64;

    /** Families in the order of their numbers: parent, fan-out step, first child. */
    private static final class Families {
        final int[] parents;
        final int[] births;
        final int[] firsts;
        final int count;
        final int units;

        Families(int[] parents, int[] births, int[] firsts, int count, int units) {
            this.parents = parents;
            this.births = births;
            this.firsts = firsts;
            this.count = count;
            this.units = units;
        }
    }

    private final int roots;
    private volatile Families families;

    /** @param roots units of the input */
    Lineage(int roots) {
        this.roots = roots;
        families = new Families(new int[0], new int[0], new int[0], 0, roots);
    }

    /** A family: {@code count} children of one unit at one fan-out, numbered from {@code first}. */
    public record Family(int parent, int birth, int first, int count) {}

    int add(int parent, int birth, int children) {
        Families known = families;
        int at = known.count;
        boolean full = at == known.parents.length;
        int room = Math.max(FIRST_ROOM, at * 2);
        int[] parents = full ? Arrays.copyOf(known.parents, room) : known.parents;
        int[] births = full ? Arrays.copyOf(known.births, room) : known.births;
        int[] firsts = full ? Arrays.copyOf(known.firsts, room) : known.firsts;
        parents[at] = parent;
        births[at] = birth;
        firsts[at] = known.units;
        families = new Families(parents, births, firsts, at + 1, Math.addExact(known.units, children));
        return known.units;
    }

    /** All units, children and theirs included. */
    public int units() {
        return families.units;
    }

    /** Units of the input. */
    public int roots() {
        return roots;
    }

    public int count() {
        return families.count;
    }

    /** The n-th family, from 0. */
    public Family family(int number) {
        return family(families, number);
    }

    private static Family family(Families all, int number) {
        int end = number + 1 < all.count ? all.firsts[number + 1] : all.units;
        return new Family(all.parents[number], all.births[number], all.firsts[number], end - all.firsts[number]);
    }

    /** The family a child belongs to. */
    public Family familyOf(int child) {
        Families all = families;
        int found = Arrays.binarySearch(all.firsts, 0, all.count, child);
        int number = found >= 0 ? found : -found - 2;
        if (number < 0 || child >= all.units) {
            throw new IllegalArgumentException("unit " + child + " is no child");
        }
        return family(all, number);
    }

    public boolean isChild(int unit) {
        return unit >= roots;
    }

    /** The fan-out step at which a unit came to be; {@link StepShape#NONE} for one of the input. */
    public int birth(int unit) {
        return isChild(unit) ? familyOf(unit).birth() : StepShape.NONE;
    }

    /** The unit of the input that a unit descends from, or is. */
    public int root(int unit) {
        int at = unit;
        while (isChild(at)) {
            at = familyOf(at).parent();
        }
        return at;
    }

    /** Names a unit the same in every run over the same input: {@code 17}, {@code 17f3}, {@code 17f3f0}. */
    public String label(int unit) {
        if (!isChild(unit)) {
            return Integer.toString(unit);
        }
        Family family = familyOf(unit);
        return label(family.parent()) + "f" + (unit - family.first());
    }

    /** The {@code unit_id} of a unit, by that of the unit of the input it descends from. */
    public String id(int unit, String rootId) {
        if (!isChild(unit)) {
            return rootId;
        }
        Family family = familyOf(unit);
        return childId(id(family.parent(), rootId), unit - family.first());
    }

    public static String childId(String parentId, int index) {
        return parentId + "__fan%03d".formatted(index);
    }

    /**
     * All units in an order that does not depend on who was done first: input order, each unit followed by its
     * children, fan-out by fan-out.
     */
    public int[] order() {
        Families all = families;
        var order = new int[all.units];
        // Families of each parent as linked lists, the latest one first.
        var last = new int[all.units];
        Arrays.fill(last, -1);
        var before = new int[all.count];
        for (int i = 0; i < all.count; i++) {
            before[i] = last[all.parents[i]];
            last[all.parents[i]] = i;
        }
        var stack = new int[FIRST_ROOM];
        int at = 0;
        for (int root = 0; root < roots; root++) {
            int depth = 0;
            stack[depth++] = root;
            while (depth > 0) {
                int unit = stack[--depth];
                order[at++] = unit;
                for (int family = last[unit]; family >= 0; family = before[family]) {
                    Family each = family(all, family);
                    if (depth + each.count() > stack.length) {
                        stack = Arrays.copyOf(stack, Math.max(stack.length * 2, depth + each.count()));
                    }
                    for (int child = each.first() + each.count() - 1; child >= each.first(); child--) {
                        stack[depth++] = child;
                    }
                }
            }
        }
        return order;
    }
}
