package dev.caravan.cli;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.caravan.base.Json;
import dev.caravan.base.PlainText;
import dev.caravan.base.Problems;
import dev.caravan.base.UserMistakeException;
import dev.caravan.base.WorkingFolder;
import dev.caravan.cost.Model;
import dev.caravan.cost.ModelNames.Listed;
import dev.caravan.cost.Price;
import dev.caravan.cost.ProviderEntry;
import dev.caravan.provider.Lane;
import dev.caravan.provider.ProviderKeys;
import dev.caravan.provider.Usage;
import dev.caravan.report.TextTable;
import java.math.BigDecimal;
import java.time.LocalDate;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** What the registry knows of models, and whether the providers still have them. */
@Command(name = "models", description = "List models and their prices, or hold them against the providers' own lists.")
final class ModelsCommand extends RunsCommand {
    /** What may differ between a provider's list and the registry. */
    private static final List<String> DIFFERENCES = List.of("new", "gone", "without_price");

    private static final Usage MILLION_IN = new Usage(1_000_000, 0, 0, 0, 0);
    private static final Usage MILLION_HIT = new Usage(1_000_000, 1_000_000, 0, 0, 0);
    private static final Usage MILLION_OUT = new Usage(0, 0, 1_000_000, 0, 0);

    @Parameters(index = "0", arity = "0..1", paramLabel = "FILTER", description = "part of a model's name")
    String filter = "";

    @Option(names = "--provider", paramLabel = "NAME", description = "only this provider's")
    @Nullable String provider;

    @Option(names = "--json", description = "print JSON")
    boolean json;

    ModelsCommand(CommandContext context) {
        super(context);
    }

    @Override
    public Integer call() {
        List<Model> models = context.registry().models().stream()
                .filter(each -> each.id().toLowerCase(Locale.ROOT).contains(filter.toLowerCase(Locale.ROOT)))
                .filter(each -> provider == null || each.provider().equals(known(provider)))
                .toList();
        if (json) {
            context.data().println(Json.pretty(asJson(models)));
        } else {
            print(models);
        }
        return models.isEmpty() ? ExitCode.FAILED_UNITS : ExitCode.DONE;
    }

    private String known(String name) {
        if (!context.registry().providers().contains(name)) {
            throw new UserMistakeException(
                    "--provider",
                    "",
                    "unknown provider '" + name + "'; "
                            + Problems.suggestion(name, context.registry().providers()));
        }
        return name;
    }

    private void print(List<Model> models) {
        var rows = new ArrayList<List<String>>();
        rows.add(List.of(
                "model", "provider", "state", "in", "cached", "out", "batch in", "batch out", "context", "max out"));
        for (Model each : models) {
            Price price = today(each);
            rows.add(List.of(
                    each.id(),
                    each.provider(),
                    state(each),
                    usd(price, Lane.REALTIME, MILLION_IN),
                    usd(price, Lane.REALTIME, MILLION_HIT),
                    usd(price, Lane.REALTIME, MILLION_OUT),
                    usd(price, Lane.BATCH, MILLION_IN),
                    usd(price, Lane.BATCH, MILLION_OUT),
                    each.context() == 0 ? "?" : String.valueOf(each.context()),
                    each.maxOutput() == 0 ? "?" : String.valueOf(each.maxOutput())));
        }
        context.out().print(TextTable.of(rows, 3));
        context.out().println();
        context.out().println("USD for a million tokens of a prompt below any limit for long ones. Keys:");
        for (String each : context.registry().providers()) {
            context.out().println("  " + each + ": " + key(context.registry().provider(each)));
        }
    }

    private static String state(Model model) {
        return model.lifecycle() + (model.replacedBy().isEmpty() ? "" : ", ask " + model.replacedBy());
    }

    /** Whether a provider's key is there; never the key. */
    private static String key(ProviderEntry entry) {
        boolean there = ProviderKeys.of(System.getenv(), WorkingFolder.path())
                .get(entry.keyVariable())
                .isPresent();
        return entry.keyVariable()
                + (there ? " is set" : entry.keyOptional() ? " is not set, and need not be" : " is not set");
    }

    private @Nullable Price today(Model model) {
        return model.price(LocalDate.now(context.clock()));
    }

    /** Long prompts cost more from some length on; the price for short ones is shown. */
    private static String usd(@Nullable Price price, Lane lane, Usage usage) {
        BigDecimal value = perMillion(price, lane, usage);
        return value == null ? "?" : value.toPlainString();
    }

    private static @Nullable BigDecimal perMillion(@Nullable Price price, Lane lane, Usage usage) {
        if (price == null) {
            return null;
        }
        long thousand =
                price.picos(lane, new Usage(usage.input() / 1000, usage.cached() / 1000, usage.output() / 1000, 0, 0));
        return thousand < 0 ? null : BigDecimal.valueOf(thousand, 9).stripTrailingZeros();
    }

    private ObjectNode asJson(List<Model> models) {
        ObjectNode root = Json.object();
        ArrayNode list = root.putArray("models");
        for (Model each : models) {
            Price price = today(each);
            ObjectNode node = list.addObject().put("id", each.id()).put("provider", each.provider());
            node.put("lifecycle", each.lifecycle())
                    .put("replaced_by", each.replacedBy().isEmpty() ? null : each.replacedBy())
                    .put("context", each.context())
                    .put("max_output", each.maxOutput());
            node.put("temperature", each.temperature()).put("priced", each.date());
            node.put("input", perMillion(price, Lane.REALTIME, MILLION_IN));
            node.put("cached_input", perMillion(price, Lane.REALTIME, MILLION_HIT));
            node.put("output", perMillion(price, Lane.REALTIME, MILLION_OUT));
            node.put("batch_input", perMillion(price, Lane.BATCH, MILLION_IN));
            node.put("batch_output", perMillion(price, Lane.BATCH, MILLION_OUT));
        }
        return root;
    }

    /** Holds the registry against what a provider lists; changes nothing. */
    @Command(
            name = "refresh",
            mixinStandardHelpOptions = true,
            description = "Ask the providers which models they have: new, gone, without a price.")
    int refresh(
            @Option(names = "--provider", paramLabel = "NAME", description = "only this one") @Nullable String only,
            @Option(names = "--json", description = "print JSON") boolean asJson) {
        ObjectNode root = Json.object();
        boolean differs = false;
        for (String each : only == null ? withKeys() : List.of(known(only))) {
            Listed answer = context.driver().models(each);
            ObjectNode node = root.putObject(each);
            if (answer.trouble().isEmpty()) {
                compare(each, answer.models(), node);
            } else {
                node.putNull("listed").put("trouble", answer.trouble());
            }
            differs |= differs(node);
            if (!asJson) {
                tell(each, node);
            }
        }
        if (asJson) {
            context.data().println(Json.pretty(root));
        }
        return differs ? ExitCode.FAILED_UNITS : ExitCode.DONE;
    }

    /** Holds what a provider lists against the registry. */
    private void compare(String provider, List<String> listed, ObjectNode node) {
        node.put("listed", listed.size());
        ArrayNode fresh = node.putArray("new");
        listed.stream().filter(id -> context.registry().model(id).isEmpty()).forEach(fresh::add);
        ArrayNode gone = node.putArray("gone");
        context.registry().models().stream()
                .filter(model -> model.provider().equals(provider))
                .map(Model::id)
                .filter(id -> listed.stream().noneMatch(name -> same(id, name)))
                .forEach(gone::add);
        ArrayNode unpriced = node.putArray("without_price");
        listed.stream().filter(id -> context.registry().price(id).isEmpty()).forEach(unpriced::add);
    }

    private static boolean differs(ObjectNode node) {
        return node.has("trouble")
                || DIFFERENCES.stream().anyMatch(each -> !node.path(each).isEmpty());
    }

    private boolean same(String id, String listed) {
        return context.registry()
                .model(listed)
                .filter(each -> each.id().equals(id))
                .isPresent();
    }

    private List<String> withKeys() {
        ProviderKeys keys = ProviderKeys.of(System.getenv(), WorkingFolder.path());
        List<String> found = context.registry().providers().stream()
                .filter(each -> keys.get(context.registry().provider(each).keyVariable())
                        .isPresent())
                .toList();
        if (found.isEmpty()) {
            throw new UserMistakeException(
                    "environment",
                    "",
                    "no provider's key is set; export one, such as OPENAI_API_KEY, or write it to .env");
        }
        return found;
    }

    private void tell(String name, ObjectNode node) {
        if (node.has("trouble")) {
            context.out()
                    .println(name + ": " + PlainText.line(node.path("trouble").asText())
                            + "; nothing can be held against it");
            return;
        }
        context.out().println(name + ": " + node.path("listed").asInt() + " models listed");
        for (String each : DIFFERENCES) {
            if (!node.path(each).isEmpty()) {
                context.out().println("  " + each.replace('_', ' ') + ":");
                node.path(each).forEach(id -> context.out().println("    " + PlainText.line(id.asText(), 200)));
            }
        }
    }
}
