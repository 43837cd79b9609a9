package dev.caravan.settle;

import dev.caravan.journal.JsonLines;
import dev.caravan.provider.Lane;
import dev.caravan.provider.Usage;
import dev.caravan.run.Lineage;
import dev.caravan.run.ModelChoice;
import dev.caravan.run.RunFacts;
import dev.caravan.run.RunFolder;
import dev.caravan.run.RunState;
import dev.caravan.run.RunStore;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.BitSet;
import java.util.List;
import java.util.function.Consumer;

/**
 * The replies that were paid for the input units of a run that are through, children and repeats included: what tells
 * of the cost of others.
 *
 * @param through input units whose own outcome, and that of all that came of them, is final, and whose cost is known
 * @param untold input units that are through like these, and are left out: a reply of theirs told no usage
 * @param replies paid for those that are through
 */
public record PaidReplies(BitSet through, BitSet untold, List<Reply> replies) {

    /**
     * One of them.
     *
     * @param root the input unit it was paid for
     * @param asked which of a step's models
     * @param told whether it told its usage
     */
    public record Reply(int root, ModelChoice asked, Lane lane, Usage usage, boolean told) {
        public int step() {
            return asked.step();
        }

        public boolean again() {
            return asked.again();
        }
    }

    static PaidReplies of(RunStore store) {
        int chunks = store.onState(RunState::chunks);
        var paid = new ArrayList<Reply>();
        read(store.folder(), store.facts(), chunks, paid::add);
        return store.onState(state -> {
            BitSet through = through(state);
            var replies = new ArrayList<Reply>();
            paid.forEach(each -> keep(each, state, through, replies));
            return told(through, replies);
        });
    }

    /** Nothing follows for others from units whose cost is unknown. */
    private static PaidReplies told(BitSet through, List<Reply> replies) {
        var untold = new BitSet();
        replies.stream().filter(each -> !each.told()).forEach(each -> untold.set(each.root()));
        through.andNot(untold);
        replies.removeIf(each -> untold.get(each.root()));
        return new PaidReplies(through, untold, replies);
    }

    /**
     * Of a run that somebody else may be at.
     *
     * @param most input units that are wanted, spread over those that are through; of the others nothing is held
     */
    public static PaidReplies of(RunFolder folder, RunState state, int most) {
        BitSet through = thinned(through(state), most);
        var replies = new ArrayList<Reply>();
        read(folder, state.facts(), state.chunks(), each -> keep(each, state, through, replies));
        return told(through, replies);
    }

    /** @param each under the unit that was asked about */
    private static void keep(Reply each, RunState state, BitSet through, List<Reply> replies) {
        // A reply may be younger than the state that was read.
        int root = each.root() < state.units().count() ? root(state, each.root()) : -1;
        if (root >= 0 && through.get(root)) {
            replies.add(new Reply(root, each.asked(), each.lane(), each.usage(), each.told()));
        }
    }

    private static void read(RunFolder folder, RunFacts facts, int chunks, Consumer<Reply> sink) {
        for (int step = 0; step < facts.steps().size(); step++) {
            for (int chunk = 0; chunk < chunks && !facts.isLocal(step); chunk++) {
                read(folder.results(facts.steps().get(step), chunk), step, sink);
            }
        }
    }

    private static void read(Path file, int step, Consumer<Reply> sink) {
        if (JsonLines.exists(file)) {
            ReplyRowReader.scan(file, 0, Long.MAX_VALUE, (offset, row) -> {
                if (row.paid()) {
                    sink.accept(new Reply(row.unit(), row.choice(step), row.lane(), row.usage(), !row.untold()));
                }
            });
        }
    }

    private static BitSet thinned(BitSet units, int most) {
        int all = units.cardinality();
        if (all <= most) {
            return units;
        }
        int[] places = units.stream().toArray();
        var thinned = new BitSet();
        for (int i = 0; i < most; i++) {
            thinned.set(places[(int) ((long) i * all / most)]);
        }
        return thinned;
    }

    private static BitSet through(RunState state) {
        var through = new BitSet();
        through.set(0, state.facts().units());
        for (int unit = 0; unit < state.units().count(); unit++) {
            if (!state.units().outcome(unit).terminal()) {
                through.clear(root(state, unit));
            }
        }
        return through;
    }

    /** The input unit that a unit came of, or is. */
    static int root(RunState state, int unit) {
        Lineage lineage = state.units().lineage();
        int root = unit;
        while (root >= state.facts().units()) {
            root = lineage.familyOf(root).parent();
        }
        return root;
    }
}
