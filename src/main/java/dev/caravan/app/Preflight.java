package dev.caravan.app;

import dev.caravan.base.NotReadyException;
import dev.caravan.base.UserMistakeException;
import dev.caravan.cli.RunDriver;
import dev.caravan.cost.ModelRegistry;
import dev.caravan.cost.ProviderEntry;
import dev.caravan.extension.OperatorExtensions;
import dev.caravan.pipeline.Pipeline;
import dev.caravan.pipeline.Step;
import dev.caravan.pipeline.StepGrammar;
import dev.caravan.provider.Lane;
import dev.caravan.simulator.Simulator;
import dev.caravan.step.StepKind;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.Predicate;
import java.util.stream.Collectors;
import org.apache.camel.CamelContext;
import org.jspecify.annotations.Nullable;

/**
 * What has to be there before a run is made or taken up: routes and mappings of its providers, keys, addresses, a way to
 * ask them. The one place for all who make runs: commands, the service, HTTP.
 */
final class Preflight {
    private static final List<String> CALLS = List.of("complete");
    private static final List<String> JOBS = List.of("submit", "poll", "collect", "cancel", "find", "discard");

    private final ModelRegistry registry;
    private final Map<String, StepKind> kinds;
    private final OperatorExtensions extensions;

    Preflight(ModelRegistry registry, Map<String, StepKind> kinds, OperatorExtensions extensions) {
        this.registry = registry;
        this.kinds = kinds;
        this.extensions = extensions;
    }

    /**
     * Checks what a run needs that is made now.
     *
     * @throws UserMistakeException naming what is missing, where it was looked for and what to do
     */
    void check(Pipeline pipeline, boolean simulated) {
        checkRoutes(pipeline);
        for (ProviderEntry each : asked(pipeline)) {
            if (!simulated) {
                StepAccounts.real(each);
            } else if (!Simulator.providers().contains(each.routes())) {
                throw StepAccounts.unspoken(each);
            }
        }
    }

    /** Whether the routes of its providers are there. */
    void checkRoutes(Pipeline pipeline) {
        asked(pipeline).forEach(each -> extensions.check(each.name(), each.routes()));
    }

    /** As {@link #check}, of what only a context with routes can tell: the mappings, and what routes take calls and jobs. */
    void check(Pipeline pipeline, Lane lane, CamelContext context) {
        checkRoutes(pipeline);
        for (ProviderEntry each : asked(pipeline)) {
            ContextBeans.wiring(context).wires().check(each.routes());
            checkRoutes(each, CALLS, context);
            if (lane == Lane.BATCH) {
                checkRoutes(each, JOBS, context);
            }
        }
    }

    private void checkRoutes(ProviderEntry provider, List<String> needed, CamelContext context) {
        Set<String> there = context.getRoutes().stream()
                .map(each -> each.getEndpoint().getEndpointBaseUri())
                .collect(Collectors.toSet());
        List<String> missing = needed.stream()
                .map(each -> provider.routes() + "-" + each)
                .filter(each -> !there.contains("direct://" + each))
                .toList();
        if (!missing.isEmpty()) {
            throw new NotReadyException(
                    extensions.provider(provider.routes()).map(String::valueOf).orElse(provider.routes()),
                    "",
                    "no route begins at direct:" + String.join(", direct:", missing) + ", and provider '"
                            + provider.name() + "' needs it; docs/adding-a-provider.md lists the routes");
        }
    }

    /**
     * In which way the providers of a pipeline are asked.
     *
     * @param wanted what somebody asked for; null where he said nothing
     * @param usual where nothing was said and all take batches
     * @param answers whether a server that must be asked says that it takes batches
     * @throws UserMistakeException when batches were asked for and there are none
     */
    RunDriver.Way way(
            Pipeline pipeline, boolean simulated, @Nullable Lane wanted, Lane usual, Predicate<ProviderEntry> answers) {
        if ((wanted == null ? usual : wanted) == Lane.REALTIME) {
            return new RunDriver.Way(Lane.REALTIME, "");
        }
        for (ProviderEntry each : asked(pipeline)) {
            if (!takesBatches(each, simulated, answers)) {
                if (wanted == null) {
                    return new RunDriver.Way(Lane.REALTIME, each.name() + " is not known to take batches");
                }
                throw new UserMistakeException("--mode", "batch", StepAccounts.noBatches(each));
            }
        }
        return new RunDriver.Way(Lane.BATCH, "");
    }

    private boolean takesBatches(ProviderEntry provider, boolean simulated, Predicate<ProviderEntry> answers) {
        if (!extensions.takesBatches(provider.routes())) {
            return false;
        }
        return simulated
                || provider.batch().equals("yes")
                || (provider.batch().equals("ask") && answers.test(provider));
    }

    /** The providers that a pipeline asks. */
    private List<ProviderEntry> asked(Pipeline pipeline) {
        return names(pipeline, kinds).stream().map(registry::provider).toList();
    }

    static Set<String> names(Pipeline pipeline, Map<String, StepKind> kinds) {
        return pipeline.steps().stream()
                .filter(each -> StepGrammar.of(kinds, each).manner().asksProvider())
                .map(Step::provider)
                .collect(Collectors.toCollection(TreeSet::new));
    }
}
