package dev.caravan.cli;

import dev.caravan.base.UserMistakeException;
import dev.caravan.base.WorkingFolder;
import dev.caravan.cost.ModelNames;
import dev.caravan.cost.ProviderEntry;
import dev.caravan.operator.ModelChange;
import dev.caravan.operator.ModelChange.Plan;
import dev.caravan.provider.ProviderKeys;
import dev.caravan.run.AskedModel;
import dev.caravan.run.RunFolder;
import dev.caravan.run.RunState;
import java.util.List;
import java.util.Set;
import java.util.function.Consumer;
import java.util.function.Function;
import java.util.function.Predicate;

/** Tells steps of a run to ask other models, if whoever says so agrees to what that may cost. */
final class ModelReviser {
    private final CommandContext context;
    private final String command;
    private final Predicate<String> asked;
    private final Consumer<List<ModelNames.Named>> models;

    /**
     * @param command that says so
     * @param asked whether whoever sits at the terminal says yes
     * @param models refuses those that their provider does not have
     */
    ModelReviser(
            CommandContext context, String command, Predicate<String> asked, Consumer<List<ModelNames.Named>> models) {
        this.context = context;
        this.command = command;
        this.asked = asked;
        this.models = models;
    }

    /**
     * Weighs what is wanted, and writes it down.
     *
     * @param yes whether a model is agreed to whose price is not known
     * @param reopening whether failed units are given another chance with it
     * @param cap that the run will have, or {@link RunDriver#AS_IT_WAS}
     * @return the steps that were named
     */
    Set<String> revise(RunFolder folder, ModelOptions options, boolean yes, boolean reopening, long cap) {
        var wishes = options.wishes();
        if (wishes.isEmpty()) {
            return Set.of();
        }
        var change = new ModelChange(context.registry(), context.kinds(), folder);
        Function<RunState, Plan> weigh =
                state -> change.plan(state, wishes, reopening, cap == RunDriver.AS_IT_WAS ? state.capPicos() : cap);
        RunState state = context.state(folder);
        RunsCommand.summary(folder);
        Plan plan = weigh.apply(state);
        List<ModelNames.Named> named = plan.to().entrySet().stream()
                .map(each -> new ModelNames.Named(
                        "--model " + each.getKey(),
                        each.getValue().provider(),
                        each.getValue().model()))
                .toList();
        new ModelNames(context.registry())
                .hints(named)
                .forEach(each -> context.err().println("caravan: hint: " + each.path() + ": " + each.message()));
        if (!state.facts().simulated()) {
            plan.to().values().stream().map(AskedModel::provider).distinct().forEach(this::checkKey);
            models.accept(named);
        }
        String who = RunsCommand.actor() + consent(plan, yes, state.facts().simulated());
        change.record(plan, weigh, context.disk(), context.clock(), who);
        plan.same().forEach((step, to) -> context.err().println("caravan: " + step + " asks " + to + " already"));
        plan.to()
                .forEach((step, to) -> context.err()
                        .println("caravan: " + step + " asks " + to + " from now on, not "
                                + plan.from().get(step) + "; what is out comes in as it was asked"));
        return wishes.keySet();
    }

    private void checkKey(String provider) {
        ProviderEntry entry = context.registry().provider(provider);
        if (!entry.keyOptional()
                && ProviderKeys.of(System.getenv(), WorkingFolder.path())
                        .get(entry.keyVariable())
                        .isEmpty()) {
            throw new UserMistakeException(
                    "environment",
                    entry.keyVariable(),
                    "is not set, and " + provider + " needs it; nothing was changed");
        }
    }

    /** A model of which nobody knows what it costs is agreed to, as when a run starts with one. */
    private String consent(Plan plan, boolean yes, boolean simulated) {
        if (simulated || plan.unpriced().isEmpty()) {
            return "";
        }
        if (yes) {
            return " by --yes";
        }
        String question = "The price of " + String.join(", ", plan.unpriced())
                + " is not known: nobody can say what the rest of the run will cost.";
        if (!context.terminal()) {
            throw new UserMistakeException(
                    command, "--yes", "is needed: " + question + " Or name the model in models.yaml, with its price");
        }
        if (!asked.test(question + " Go on?")) {
            throw new UserMistakeException(command, "", "nothing was changed");
        }
        return "";
    }
}
