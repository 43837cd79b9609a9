package dev.caravan.cli;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.caravan.base.Json;
import dev.caravan.base.Problems;
import dev.caravan.base.UnitRecord;
import dev.caravan.base.UserMistakeException;
import dev.caravan.cost.MoneyText;
import dev.caravan.operator.OperatorCommands;
import dev.caravan.operator.StatedUsage;
import dev.caravan.operator.StatedUsage.How;
import dev.caravan.run.RunFolder;
import dev.caravan.run.RunState;
import dev.caravan.run.UnitRanges;
import dev.caravan.settle.UntoldReplies;
import java.util.ArrayList;
import java.util.BitSet;
import java.util.List;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.function.Consumer;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** Names the replies that told no usage, and takes a person's word on what they cost. */
@Command(
        name = "settle",
        description = {
            "Say what replies cost that told no usage, so that they are at risk no longer.",
            "Without --as-worst, --usd or --free: name them, and change nothing."
        })
final class SettleCommand extends RunsCommand {
    private static final int MOST_SHOWN = 20;

    @Parameters(index = "0", paramLabel = "RUN", description = "name, unique prefix, or folder")
    String name = "";

    @Option(names = "--unknown", required = true, description = "the replies that told no usage")
    boolean unknown;

    @Option(names = "--as-worst", description = "they cost the most that they can have cost")
    boolean worst;

    @Option(names = "--usd", paramLabel = "AMOUNT", description = "they cost so much together, by the provider's bill")
    String usd = "";

    @Option(names = "--free", description = "they cost nothing")
    boolean free;

    @Option(names = "--step", paramLabel = "STEP", description = "those of one step (default: of all)")
    String step = "";

    @Option(
            names = "--unit",
            paramLabel = "ID",
            description = "those of one unit; may be given again (default: of all)")
    List<String> units = new ArrayList<>();

    @Option(names = "--reason", paramLabel = "TEXT", description = "why, for the run's journal; needed to settle")
    String reason = "";

    @Option(names = "--actor", paramLabel = "NAME", description = "who says so (default: who is logged in)")
    String actor = "";

    @Option(names = "--json", description = "for programs")
    boolean json;

    SettleCommand(CommandContext context) {
        super(context);
    }

    @Override
    public Integer call() {
        RunFolder folder = CommandContext.run(name);
        summary(folder);
        RunState state = context.state(folder);
        int at = step(state);
        int ways = (worst ? 1 : 0) + (free ? 1 : 0) + (usd.isEmpty() ? 0 : 1);
        if (ways == 0) {
            return list(folder, state, at);
        }
        if (ways > 1) {
            throw new UserMistakeException("settle", "--as-worst, --usd, --free", "say one of them");
        }
        StatedUsage word = word(folder, state, at);
        boolean done = new OperatorCommands(context.disk(), context.clock(), word.actor()).settle(folder, word);
        tell(folder, state, done);
        return ExitCode.DONE;
    }

    /** @param at the step that it is about; -1 for all */
    private StatedUsage word(RunFolder folder, RunState state, int at) {
        String who = actor.isEmpty() ? actor() : OperatorCommands.actor("settle", "--actor", actor);
        String why = OperatorCommands.reason("settle", "--reason", reason);
        How how = worst ? How.WORST : free ? How.FREE : How.AMOUNT;
        StatedUsage all = StatedUsage.onAll(state, how, picos(), at, who, why);
        return units.isEmpty() ? all : new StatedUsage(how, picos(), named(folder, state, at), who, why);
    }

    private int step(RunState state) {
        int at = state.facts().steps().indexOf(step);
        if (!step.isEmpty() && at < 0) {
            throw new UserMistakeException(
                    "settle",
                    "--step",
                    "the run has no step '" + step + "'; "
                            + Problems.suggestion(
                                    step, new TreeSet<>(state.facts().steps())));
        }
        return at;
    }

    private long picos() {
        return usd.isEmpty()
                ? 0
                : MoneyText.picos(usd)
                        .orElseThrow(() -> new UserMistakeException(
                                "settle",
                                "--usd",
                                "must be dollars from 0 to 1000000, such as 2.50, not '" + usd + "'"));
    }

    /** The replies of units that are named; of each, all that are open. */
    private SortedMap<Integer, StatedUsage.Meant> named(RunFolder folder, RunState state, int at) {
        var missing = new TreeSet<>(units);
        var found = new TreeMap<Integer, BitSet>();
        UntoldReplies.each(folder, state, each -> {
            if (units.contains(each.unitId()) && (at < 0 || at == each.step())) {
                missing.remove(each.unitId());
                found.computeIfAbsent(each.step(), key -> new BitSet()).set(each.unit());
            }
        });
        if (!missing.isEmpty()) {
            throw new UserMistakeException(
                    "settle",
                    "--unit",
                    "no reply of " + String.join(", ", missing) + " is open without usage: it told it, or was settled;"
                            + " `caravan settle " + folder.name() + " --unknown` names those that are");
        }
        var meant = new TreeMap<Integer, StatedUsage.Meant>();
        found.forEach((key, set) -> meant.put(key, new StatedUsage.Meant(UnitRanges.text(set), false)));
        return meant;
    }

    private int list(RunFolder folder, RunState state, int at) {
        if (json) {
            context.out().println(Json.text(openJson(folder, state, at)));
        } else {
            openText(folder, state, at);
        }
        return ExitCode.DONE;
    }

    private ObjectNode openJson(RunFolder folder, RunState state, int at) {
        ArrayNode rows = Json.mapper().createArrayNode();
        open(
                folder,
                state,
                at,
                each -> rows.addObject()
                        .put(UnitRecord.ID, each.unitId())
                        .put("step", state.facts().steps().get(each.step()))
                        .put("call", each.key())
                        .put("why", each.why())
                        .put("told", each.told())
                        .put("at_risk_usd", MoneyText.usdOrNull(each.worstPicos())));
        ObjectNode node = Json.object().put("run", folder.name());
        node.put("replies", state.ledger().unknown().calls());
        node.put("at_risk_usd", MoneyText.usdOrNull(state.ledger().unknown().picos()));
        node.set("open", rows);
        return node;
    }

    private void openText(RunFolder folder, RunState state, int at) {
        int[] count = {0};
        open(folder, state, at, each -> {
            if (++count[0] <= MOST_SHOWN) {
                row(each.unitId(), state.facts().steps().get(each.step()), each.worstPicos(), each.why());
            }
        });
        if (count[0] > MOST_SHOWN) {
            context.out().println("and " + (count[0] - MOST_SHOWN) + " more; --json names all");
        }
        strays(state, at);
        context.out()
                .println(
                        state.ledger().unknown().calls() == 0
                                ? "every reply told its usage, or was settled"
                                : MoneyText.untold(summary(folder))
                                        + " --as-worst, --usd AMOUNT or --free, --reason TEXT");
    }

    /** Hands out what is open of the step and the units that were named. */
    private void open(RunFolder folder, RunState state, int at, Consumer<UntoldReplies.Untold> taker) {
        UntoldReplies.each(folder, state, each -> {
            if ((at < 0 || at == each.step()) && (units.isEmpty() || units.contains(each.unitId()))) {
                taker.accept(each);
            }
        });
    }

    private void row(String unit, String of, long worstPicos, String why) {
        context.out().println("%-24s %-20s at most %-12s %s".formatted(unit, of, MoneyText.display(worstPicos), why));
    }

    private void strays(RunState state, int at) {
        for (int i = 0; i < state.facts().steps().size(); i++) {
            long strays = state.ledger().unknown().strayCalls(i);
            if (strays > 0 && (at < 0 || at == i)) {
                row(
                        "(no unit)",
                        state.facts().steps().get(i),
                        state.ledger().unknown().strayPicos(i),
                        strays + " replies of jobs that nobody waited for");
            }
        }
    }

    private void tell(RunFolder folder, RunState before, boolean done) {
        RunState after = done ? context.state(folder) : before;
        long settled =
                before.ledger().unknown().calls() - after.ledger().unknown().calls();
        long picos = after.ledger().wordPicos() - before.ledger().wordPicos();
        if (json) {
            context.out()
                    .println(Json.text(Json.object()
                            .put("run", folder.name())
                            .put("told_holder", !done)
                            .put("settled_replies", settled)
                            .put("usd", MoneyText.usdOrNull(picos))
                            .put("left", after.ledger().unknown().calls())));
        } else if (!done) {
            context.out().println("told the process that holds " + folder.name());
        } else if (settled == 0) {
            context.out().println("nothing to settle: every such reply told its usage, or was settled");
        } else {
            context.out()
                    .println("settled " + settled + (settled == 1 ? " reply" : " replies") + " of " + folder.name()
                            + " for " + MoneyText.display(picos) + "; "
                            + after.ledger().unknown().calls() + " left");
        }
    }
}
