package dev.caravan.settle;

import dev.caravan.journal.JsonLines;
import dev.caravan.money.Money;
import dev.caravan.run.RunFacts;
import dev.caravan.run.RunFolder;
import dev.caravan.run.RunState;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.BitSet;
import java.util.List;
import java.util.TreeMap;
import java.util.function.Consumer;

/** The replies of a run that told no usage and are still at risk, by name, read from its results files. */
public final class UntoldReplies {
    private UntoldReplies() {}

    /**
     * One of them.
     *
     * @param key its call key
     * @param why its usage is unknown
     * @param told what it told instead; may be empty
     * @param worst what it can have cost at most
     */
    public record Untold(int step, int unit, String unitId, String key, String why, String told, Money worst) {
        /** As {@link #worst}, for who counts in numbers. */
        public long worstPicos() {
            return worst.picos();
        }
    }

    /** Tells each of them to a sink, by step and chunk. */
    public static void each(RunFolder folder, RunState state, Consumer<Untold> sink) {
        RunFacts facts = state.facts();
        for (int step = 0; step < facts.steps().size(); step++) {
            BitSet open = state.ledger().unknown().units(step);
            int from = open.nextSetBit(0);
            while (from >= 0) {
                int chunk = facts.chunkOf(from);
                read(folder.results(facts.steps().get(step), chunk), state, step, open, sink);
                from = open.nextSetBit((chunk + 1) * facts.chunkSize());
            }
        }
    }

    private static void read(Path file, RunState state, int step, BitSet open, Consumer<Untold> sink) {
        if (!JsonLines.exists(file)) {
            return;
        }
        var byUnit = new TreeMap<Integer, List<Untold>>();
        ReplyRowReader.scan(file, 0, Long.MAX_VALUE, (offset, row) -> {
            if (row.untold() && open.get(row.unit())) {
                byUnit.computeIfAbsent(row.unit(), unit -> new ArrayList<>())
                        .add(new Untold(
                                step,
                                row.unit(),
                                row.unitId(),
                                row.key(),
                                row.told().unknown(),
                                row.told().raw(),
                                row.worst().orElse(Money.UNKNOWN)));
            }
        });
        byUnit.forEach((unit, all) -> {
            // A person may have spoken of the unit's earlier ones.
            var one = new BitSet();
            one.set(unit);
            int left = (int) Math.min(all.size(), state.ledger().unknown().calls(step, one));
            all.subList(all.size() - left, all.size()).forEach(sink);
        });
    }
}
