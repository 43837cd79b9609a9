package dev.caravan.cost;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.caravan.base.Json;
import dev.caravan.base.Problems;
import java.time.LocalDate;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeSet;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/** Reads entries of {@code models.yaml} that name a model each. */
final class ModelReader {
    private static final List<String> KEYS = Stream.concat(
                    Stream.of(
                            "id",
                            "provider",
                            "aliases",
                            "context",
                            "max_input",
                            "max_output",
                            "temperature",
                            "lifecycle",
                            "replaced_by",
                            "date",
                            "until",
                            "then"),
                    PriceReader.KEYS.stream())
            .toList();

    private static final List<String> LIFECYCLES = List.of("active", "legacy", "deprecated", "retired");
    private static final long MOST_TOKENS = 1_000_000_000;

    private final String file;
    private final Map<String, ObjectNode> providers;
    private final Problems problems;

    /** @param providers that models may name, by their names */
    ModelReader(String file, Map<String, ObjectNode> providers, Problems problems) {
        this.file = file;
        this.providers = providers;
        this.problems = problems;
    }

    List<Model> read(Map<String, ObjectNode> entries) {
        var models = new ArrayList<Model>();
        entries.forEach((id, entry) -> models.add(model(id, fields(id, entry))));
        checkNames(models);
        return models;
    }

    private EntryFields fields(String id, ObjectNode entry) {
        return new EntryFields(file, "models." + id, entry, problems);
    }

    private Model model(String id, EntryFields fields) {
        fields.known(KEYS);
        fields.text("id", id);
        String provider = provider(fields);
        LocalDate date = fields.date("date");
        String read = date == null ? "given" : date.toString();
        LocalDate until = fields.date("until");
        var prices = new PriceReader(providerFields(provider));
        long context = fields.whole("context", 0, MOST_TOKENS, 0);
        return new Model(
                id,
                fields.texts("aliases"),
                provider,
                context,
                fields.whole("max_input", 0, MOST_TOKENS, context),
                fields.whole("max_output", 0, MOST_TOKENS, 0),
                temperature(fields),
                fields.choice("lifecycle", LIFECYCLES, "active"),
                fields.text("replaced_by", ""),
                prices.read(id + "@" + read, fields),
                until,
                later(id, fields, until, prices),
                read);
    }

    private String provider(EntryFields fields) {
        String provider = fields.required("provider");
        if (!provider.isEmpty() && !providers.containsKey(provider)) {
            fields.wrong(
                    "provider",
                    "there is no provider '" + provider + "'; " + Problems.suggestion(provider, providers.keySet()));
        }
        return provider;
    }

    /** The provider's entry, which says what its caches cost in a batch. */
    private EntryFields providerFields(String provider) {
        ObjectNode entry = providers.get(provider);
        return new EntryFields(file, "providers." + provider, entry == null ? Json.object() : entry, problems);
    }

    private static String temperature(EntryFields fields) {
        return fields.choice("temperature", Model::isTemperatureRule, Model.TEMPERATURE_RULES, "true");
    }

    /** The price that is announced for the days after the last one of this. */
    private @Nullable Price later(String id, EntryFields fields, @Nullable LocalDate until, PriceReader prices) {
        EntryFields then = fields.inner("then").orElse(null);
        if (then == null) {
            return null;
        }
        if (until == null) {
            if (!fields.has("until")) {
                fields.wrong("then", "needs until: the last day of the price before it");
            }
            return null;
        }
        LocalDate next = until.plusDays(1);
        LocalDate from = then.date("from");
        if (from != null && !from.equals(next)) {
            then.wrong("from", "must be " + next + ", the day after until");
        }
        return prices.announced(id + "@" + next, fields, then);
    }

    /** A name means one model. */
    private void checkNames(Collection<Model> models) {
        var ids = new TreeSet<String>();
        models.forEach(each -> ids.add(each.id()));
        var owners = new HashMap<String, String>();
        for (Model each : models) {
            for (String alias : each.aliases()) {
                String owner = owners.putIfAbsent(alias, each.id());
                if (owner != null || ids.contains(alias)) {
                    problems.at(
                            file,
                            owner == null ? "models." + alias : "models." + each.id() + ".aliases",
                            owner == null
                                    ? "is another name of '" + each.id()
                                            + "'; write to that one, or give it other aliases"
                                    : "'" + alias + "' is another name of '" + owner + "' already");
                }
            }
        }
    }
}
