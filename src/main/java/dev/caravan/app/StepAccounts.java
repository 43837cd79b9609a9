package dev.caravan.app;

import dev.caravan.base.NotReadyException;
import dev.caravan.base.UserMistakeException;
import dev.caravan.base.WorkingFolder;
import dev.caravan.camel.exchange.ExchangeKeys;
import dev.caravan.cost.ModelRegistry;
import dev.caravan.cost.ProviderEntry;
import dev.caravan.pipeline.Pipeline;
import dev.caravan.pipeline.Step;
import dev.caravan.pipeline.StepGrammar;
import dev.caravan.provider.Account;
import dev.caravan.provider.Answer;
import dev.caravan.provider.BaseUrl;
import dev.caravan.provider.JobAnswer;
import dev.caravan.provider.ProviderKeys;
import dev.caravan.simulator.Simulator;
import dev.caravan.simulator.SimulatorSettings;
import dev.caravan.step.StepKind;
import dev.caravan.web.HttpSettings;
import dev.caravan.web.WebhookSettings;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.List;
import java.util.Map;
import org.apache.camel.CamelContext;
import org.apache.camel.Exchange;
import org.apache.camel.builder.ExchangeBuilder;
import org.jspecify.annotations.Nullable;

/** As whom a run's steps ask their providers: keys and addresses from the environment, else from {@code .env}. */
final class StepAccounts {
    private final ModelRegistry registry;
    private final Map<String, StepKind> kinds;

    StepAccounts(ModelRegistry registry, Map<String, StepKind> kinds) {
        this.registry = registry;
        this.kinds = kinds;
    }

    /** @param simulator that takes the place of every provider, or null */
    List<Account> of(Pipeline pipeline, @Nullable Simulator simulator) {
        return pipeline.steps().stream()
                .map(each -> asks(each) ? account(each.provider(), simulator) : Account.NONE)
                .toList();
    }

    private boolean asks(Step step) {
        return StepGrammar.of(kinds, step).manner().asksProvider();
    }

    private Account account(String provider, @Nullable Simulator simulator) {
        ProviderEntry entry = registry.provider(provider);
        if (simulator == null) {
            return real(entry);
        }
        if (!simulator.speaks(entry.routes())) {
            throw unspoken(entry);
        }
        return entry.account(simulator.baseUrl(entry.routes()), SimulatorSettings.KEY);
    }

    /** That a provider takes no batches, and what to do. */
    static String noBatches(ProviderEntry entry) {
        String address = ProviderKeys.of(System.getenv(), WorkingFolder.path())
                .get(entry.baseUrlVariable())
                .orElse(entry.baseUrl());
        return entry.name() + " at " + address + " has no batch API; use --mode realtime";
    }

    static NotReadyException unspoken(ProviderEntry entry) {
        return new NotReadyException(
                "--simulate", entry.name(), "the simulator does not speak the wire of routes/" + entry.routes());
    }

    /** A server that does not answer now may have one: that shows later. */
    static boolean listsBatches(Account account, CamelContext context) {
        try (var template = context.createProducerTemplate()) {
            Exchange exchange = ExchangeBuilder.anExchange(context)
                    .withProperty(ExchangeKeys.ACCOUNT.name(), account)
                    .withProperty(ExchangeKeys.NONCE.name(), "")
                    .build();
            Object answer = template.send("direct:" + account.routes() + "-find", exchange)
                    .getMessage()
                    .getBody();
            return !(answer instanceof JobAnswer.Trouble trouble && trouble.answer() instanceof Answer.Rejected);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** Whatever this process shows or keeps is to be free of all keys that it was given, also of those it never uses. */
    static void hideKeys(ModelRegistry registry) {
        try {
            ProviderKeys keys = ProviderKeys.of(System.getenv(), WorkingFolder.path());
            registry.providers()
                    .forEach(each -> keys.phrase(registry.provider(each).keyVariable()));
            keys.phrase(HttpSettings.TOKEN);
            keys.phrase(WebhookSettings.SECRET);
        } catch (UserMistakeException e) {
            // Whoever needs a key says what is wrong with the file; nobody else has to.
        }
    }

    /**
     * The account of a provider, by the environment.
     *
     * @throws NotReadyException when the key or the address is missing or cannot be one
     */
    static Account real(ProviderEntry entry) {
        try {
            return known(entry);
        } catch (NotReadyException e) {
            throw e;
        } catch (UserMistakeException e) {
            throw new NotReadyException(e);
        }
    }

    private static Account known(ProviderEntry entry) {
        ProviderKeys keys = ProviderKeys.of(System.getenv(), WorkingFolder.path());
        String key = keys.secret(entry.keyVariable()).orElse("");
        if (key.isEmpty() && !entry.keyOptional()) {
            throw new NotReadyException(
                    "environment",
                    entry.keyVariable(),
                    "is not set, and " + entry.name() + " needs it: export " + entry.keyVariable()
                            + "=…, write it to .env, or use --provider simulator");
        }
        return entry.account(address(entry, keys), key);
    }

    /** Where it is reached: by the environment, else by the registry, whose addresses were checked when it was read. */
    private static String address(ProviderEntry entry, ProviderKeys keys) {
        String address = keys.get(entry.baseUrlVariable()).orElse(entry.baseUrl());
        String problem = BaseUrl.problem(address);
        if (!problem.isEmpty()) {
            throw new UserMistakeException("environment", entry.baseUrlVariable(), problem);
        }
        return address;
    }
}
