package dev.caravan.app;

import dev.caravan.base.PlainText;
import dev.caravan.cost.ModelNames;
import dev.caravan.cost.ModelRegistry;
import dev.caravan.pipeline.Pipeline;
import dev.caravan.provider.Account;
import dev.caravan.provider.Lane;
import dev.caravan.run.RunStore;
import dev.caravan.step.StepKind;
import java.util.List;
import java.util.Map;
import org.apache.camel.CamelContext;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** What is asked of providers, and of the routes to them, before a run goes on. */
final class LaunchChecks {
    private static final Logger log = LoggerFactory.getLogger(LaunchChecks.class);

    private final ModelRegistry registry;
    private final Map<String, StepKind> kinds;
    private final CamelContext context;

    LaunchChecks(ModelRegistry registry, Map<String, StepKind> kinds, CamelContext context) {
        this.registry = registry;
        this.kinds = kinds;
        this.context = context;
    }

    /** That each step can be asked in the way that was chosen, and for the model that it names. */
    void check(RunStore store, Pipeline pipeline, Lane lane, List<Account> accounts) {
        boolean simulated = store.facts().simulated();
        var preflight = new Preflight(registry, kinds, ContextBeans.extensions(context));
        preflight.way(
                pipeline,
                simulated,
                lane,
                lane,
                provider -> accounts.stream()
                        .filter(each -> each.provider().equals(provider.name()))
                        .allMatch(each -> StepAccounts.listsBatches(each, context)));
        preflight.check(pipeline, lane, context);
        if (!simulated) {
            checkModels(store, pipeline, accounts);
        }
    }

    /** Refuses models that their provider says it does not have; those that have answered once, it had. */
    private void checkModels(RunStore store, Pipeline pipeline, List<Account> accounts) {
        List<ModelNames.Named> fresh = ModelNames.of(pipeline, kinds).stream()
                .filter(each -> store.onState(state -> state.ledger().lines().stream()
                        .noneMatch(line -> line.model().equals(each.model()) && line.calls() > 0)))
                .toList();
        new ModelNames(registry)
                .check(
                        store.folder().root().toString(),
                        fresh,
                        provider -> accounts.stream()
                                .filter(each -> each.provider().equals(provider))
                                .findFirst()
                                .map(each -> ModelLists.orTrouble(each, context))
                                .orElseThrow(),
                        why -> log.info("{}", PlainText.line(why)));
    }
}
