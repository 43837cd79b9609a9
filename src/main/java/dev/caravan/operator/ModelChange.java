package dev.caravan.operator;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.caravan.base.Disk;
import dev.caravan.base.Json;
import dev.caravan.base.Problems;
import dev.caravan.base.UserMistakeException;
import dev.caravan.cost.ModelRegistry;
import dev.caravan.cost.Price;
import dev.caravan.pipeline.Pipeline;
import dev.caravan.pipeline.PipelineReader;
import dev.caravan.pipeline.Step;
import dev.caravan.pipeline.StepGrammar;
import dev.caravan.run.AskedModel;
import dev.caravan.run.GivenFiles;
import dev.caravan.run.RunEvent;
import dev.caravan.run.RunFolder;
import dev.caravan.run.RunState;
import dev.caravan.run.RunStatus;
import dev.caravan.run.RunStore;
import dev.caravan.step.RunSteps;
import dev.caravan.step.StepKind;
import java.time.Clock;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * Tells steps of a run that nobody is at to ask other models from now on. One event does it, and nothing else changes:
 * jobs that are out are collected as they were asked.
 */
public final class ModelChange {
    private static final String MODEL = "--model";
    private static final String PROVIDER = "--provider";

    /**
     * What somebody wants of a step.
     *
     * @param provider to ask; null for the one it asks now
     * @param model to ask; null for the provider's usual one
     */
    public record Wish(@Nullable String provider, @Nullable String model) {
        /** Of models and providers by the names of steps. */
        public static SortedMap<String, Wish> of(Map<String, String> models, Map<String, String> providers) {
            var wishes = new TreeMap<String, Wish>();
            models.forEach((step, model) -> wishes.put(step, new Wish(providers.get(step), model)));
            providers.forEach((step, provider) -> wishes.putIfAbsent(step, new Wish(provider, null)));
            return wishes;
        }
    }

    /**
     * What wishes come to.
     *
     * @param from what is asked until now by the steps that change, by their names
     * @param to what they ask from then on
     * @param same steps that ask just that already, with whom
     * @param prices of the new models, by step; none where the price is unknown
     */
    public record Plan(
            SortedMap<String, AskedModel> from,
            SortedMap<String, AskedModel> to,
            SortedMap<String, AskedModel> same,
            ObjectNode prices) {

        /** Models without a known price. */
        public List<String> unpriced() {
            return to.entrySet().stream()
                    .filter(each -> !prices.path(each.getKey()).isObject())
                    .map(each -> each.getValue().model())
                    .distinct()
                    .toList();
        }
    }

    private final ModelRegistry registry;
    private final Map<String, StepKind> kinds;
    private final RunFolder folder;

    public ModelChange(ModelRegistry registry, Map<String, StepKind> kinds, RunFolder folder) {
        this.registry = registry;
        this.kinds = kinds;
        this.folder = folder;
    }

    /**
     * Weighs wishes against how the run stands; changes nothing.
     *
     * @param wishes by the names of steps
     * @param reopening whether failed units are given another chance with it, which a complete run allows
     * @param cap that the run will have, in pico-dollars; below 0 for none
     * @throws UserMistakeException naming everything that cannot be
     */
    public Plan plan(RunState state, SortedMap<String, Wish> wishes, boolean reopening, long cap) {
        checkOpen(state, reopening);
        var reader = new PipelineReader(registry, Map.copyOf(kinds));
        var problems = new Problems(folder.root().toString());
        List<Step> before = RunSteps.snapshots(folder, RunSteps.Basis.of(state), reader)
                .get(0)
                .steps();
        wishes.forEach((name, wish) -> checkStep(name, wish, before, problems));
        problems.throwIfAny();
        List<Step> after = wished(state, wishes, before, reader).steps();
        var plan = new Plan(new TreeMap<>(), new TreeMap<>(), new TreeMap<>(), Json.object());
        for (String name : wishes.keySet()) {
            Step old = step(before, name);
            Step now = step(after, name);
            var from = new AskedModel(old.provider(), old.model());
            var to = new AskedModel(now.provider(), now.model());
            // One that asks another model again asks a single one from now on.
            if (from.equals(to) && !old.escalates()) {
                plan.same().put(name, to);
                continue;
            }
            plan.from().put(name, from);
            plan.to().put(name, to);
            registry.price(to.model())
                    .ifPresent(price -> plan.prices().set(name, Json.mapper().valueToTree(price)));
            checkProvider(state, old, to, problems);
            checkCap(name, to, registry.price(to.model()).orElse(null), cap, problems);
        }
        problems.throwIfAny();
        return plan;
    }

    private void checkOpen(RunState state, boolean reopening) {
        String place = folder.root().toString();
        if (state.status() == RunStatus.KILLED) {
            throw new UserMistakeException(place, MODEL, "was killed; make another run");
        }
        if (state.status() == RunStatus.COMPLETE && !(reopening && state.failed() > 0)) {
            throw new UserMistakeException(
                    place,
                    MODEL,
                    state.failed() == 0
                            ? "is complete and no unit failed: nothing is asked any more"
                            : "is complete; to ask its failed units again: caravan retry-failures " + folder.name()
                                    + " --model STEP=NAME");
        }
    }

    private void checkStep(String name, Wish wish, List<Step> steps, Problems problems) {
        String option = (wish.model() == null ? PROVIDER : MODEL) + " " + name;
        List<String> asking = steps.stream().filter(this::asks).map(Step::name).toList();
        if (asking.contains(name)) {
            return;
        }
        problems.at(
                option,
                "",
                steps.stream()
                        .filter(each -> each.name().equals(name))
                        .findFirst()
                        .map(each -> "the step asks no model: it is of the kind " + each.kind() + "; those that do: "
                                + String.join(", ", asking))
                        .orElseGet(() -> "the run has no step '" + name + "'; " + Problems.suggestion(name, asking)));
    }

    private boolean asks(Step step) {
        return StepGrammar.of(kinds, step).manner().asksProvider();
    }

    /** As the run would be read afterwards; whatever cannot be is told as when the call that makes a run says it. */
    private Pipeline wished(RunState state, SortedMap<String, Wish> wishes, List<Step> before, PipelineReader reader) {
        var to = new TreeMap<String, AskedModel>();
        wishes.forEach((name, wish) -> {
            Step step = step(before, name);
            String provider = wish.provider() == null ? step.provider() : wish.provider();
            String model = wish.model() == null
                    ? provider.equals(step.provider()) ? step.model() : usual(provider)
                    : wish.model();
            to.put(name, new AskedModel(provider, model));
        });
        var revised = new ArrayList<>(state.revised());
        revised.add(new RunEvent.RunRevised(RunEvent.RunRevised.MODEL, to, to, Json.object(), ""));
        var basis = new RunSteps.Basis(state.revisions(), state.facts().rules().rendering(), state.readings(), revised);
        return RunSteps.snapshots(folder, basis, reader).get(0);
    }

    private String usual(String provider) {
        if (!registry.providers().contains(provider)) {
            throw new UserMistakeException(
                    PROVIDER,
                    "",
                    "unknown provider '" + provider + "'; " + Problems.suggestion(provider, registry.providers()));
        }
        return registry.defaultModel(provider);
    }

    private static Step step(List<Step> steps, String name) {
        return steps.stream()
                .filter(each -> each.name().equals(name))
                .findFirst()
                .orElseThrow();
    }

    /** What is out lies at the account of its provider, and answers came in that provider's form. */
    private static void checkProvider(RunState state, Step old, AskedModel to, Problems problems) {
        boolean out = state.works().stream()
                .anyMatch(each -> each.step() == old.index()
                        && (each.intent() != null
                                || !each.openCalls().isEmpty()
                                || each.unanswered().cardinality() < each.size()));
        boolean stray = state.strays().stream().anyMatch(each -> each.step() == old.index());
        if (!to.provider().equals(old.provider()) && (out || stray)) {
            problems.at(
                    PROVIDER + " " + old.name(),
                    "",
                    "cannot become " + to.provider() + " while work of the step is out at " + old.provider()
                            + " or not settled; ask another model of " + old.provider()
                            + ", or let it come in first: caravan resume "
                            + state.facts().run());
        }
    }

    private static void checkCap(String name, AskedModel to, @Nullable Price price, long cap, Problems problems) {
        if (cap >= 0 && price == null) {
            problems.at(
                    MODEL + " " + name,
                    "",
                    "the price of '" + to.model() + "' is not known, so the run's cap cannot be kept; name it in"
                            + " models.yaml, or lift the cap: --cap none");
        }
    }

    /**
     * Writes down what was weighed; nothing, where nothing changes.
     *
     * @param again weighs it once more, when nobody else can be at the run
     * @throws dev.caravan.lease.LeaseHeldException when a process is at the run
     */
    public void record(Plan plan, Function<RunState, Plan> again, Disk disk, Clock clock, String actor) {
        if (plan.to().isEmpty()) {
            return;
        }
        try (RunStore store = RunStore.open(folder, disk, clock, actor)) {
            GivenFiles.check(store);
            if (!again.apply(RunStore.read(folder)).equals(plan)) {
                throw new UserMistakeException(
                        folder.root().toString(), MODEL, "the run went on meanwhile; look at it, and say it again");
            }
            store.recordAndWait(
                    new RunEvent.RunRevised(RunEvent.RunRevised.MODEL, plan.from(), plan.to(), plan.prices(), actor));
        }
    }
}
