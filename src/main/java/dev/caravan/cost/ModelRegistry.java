package dev.caravan.cost;

import dev.caravan.pipeline.ModelDefaults;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.math.BigDecimal;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;
import org.snakeyaml.engine.v2.api.Load;
import org.snakeyaml.engine.v2.api.LoadSettings;

/** The models we know, with their prices, from {@code models.yaml}. */
public final class ModelRegistry implements ModelDefaults {

    /** Where a provider is reached, unless the environment says otherwise. */
    public record ProviderEntry(
            String name, String keyVariable, String baseUrl, String baseUrlVariable, String defaultModel) {}

    private final Map<String, ProviderEntry> providers = new TreeMap<>();
    private final Map<String, String> owners = new HashMap<>();
    private final Map<String, Price> prices = new HashMap<>();
    private final String defaultProvider;

    private ModelRegistry(Map<?, ?> root) {
        defaultProvider = text(root, "default_provider");
        map(root, "providers").forEach((name, entry) -> {
            Map<?, ?> each = (Map<?, ?>) entry;
            providers.put(
                    name.toString(),
                    new ProviderEntry(
                            name.toString(),
                            text(each, "key"),
                            text(each, "base_url"),
                            text(each, "base_url_variable"),
                            text(each, "default_model")));
        });
        ((List<?>) Objects.requireNonNull(root.get("models"))).forEach(each -> add((Map<?, ?>) each));
    }

    /** The registry that Caravan ships. */
    public static ModelRegistry shipped() {
        try (InputStream in = ModelRegistry.class.getResourceAsStream("/models.yaml")) {
            var settings = LoadSettings.builder().setLabel("models.yaml").build();
            Object root = new Load(settings).loadFromInputStream(Objects.requireNonNull(in));
            return new ModelRegistry((Map<?, ?>) Objects.requireNonNull(root));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private void add(Map<?, ?> model) {
        String id = text(model, "id");
        String provider = text(model, "provider");
        Price price = price(id, model);
        var names = new java.util.ArrayList<String>(List.of(id));
        if (model.get("aliases") instanceof List<?> aliases) {
            aliases.forEach(each -> names.add(each.toString()));
        }
        for (String each : names) {
            owners.put(each, provider);
            if (price != null) {
                prices.put(each, price);
            }
        }
    }

    private static @Nullable Price price(String id, Map<?, ?> model) {
        Long input = perToken(model, "input");
        Long output = perToken(model, "output");
        if (input == null || output == null) {
            return null;
        }
        Long cached = perToken(model, "cached_input");
        Long batchInput = perToken(model, "batch_input");
        Long batchOutput = perToken(model, "batch_output");
        Long batchCached = perToken(model, "batch_cached_input");
        boolean batch = batchInput != null && batchOutput != null;
        long hit = cached == null ? input : cached;
        Map<?, ?> dear = model.get("long_prompt") instanceof Map<?, ?> rule ? rule : Map.of();
        return new Price(
                id + "@" + model.get("date"),
                input,
                hit,
                output,
                batch ? Objects.requireNonNull(batchInput) : Price.UNKNOWN,
                // Where no batch price of a cache hit is stated, the dearer of the two readings: never too little.
                batchCached != null ? batchCached : hit,
                batch ? Objects.requireNonNull(batchOutput) : Price.UNKNOWN,
                number(dear, "above_input_tokens", 0),
                percent(dear, "input_factor"),
                percent(dear, "output_factor"));
    }

    private static long number(Map<?, ?> map, String key, long otherwise) {
        return map.get(key) instanceof Number number ? number.longValue() : otherwise;
    }

    private static long percent(Map<?, ?> map, String key) {
        Object value = map.get(key);
        return value == null
                ? 100
                : new BigDecimal(value.toString()).movePointRight(2).longValueExact();
    }

    private static @Nullable Long perToken(Map<?, ?> model, String key) {
        Object value = model.get(key);
        return value == null ? null : Price.perToken(new BigDecimal(value.toString()));
    }

    private static String text(Map<?, ?> map, String key) {
        return Objects.requireNonNull(map.get(key), key).toString();
    }

    private static Map<?, ?> map(Map<?, ?> map, String key) {
        return (Map<?, ?>) Objects.requireNonNull(map.get(key), key);
    }

    /** The price of a model, dated snapshots of it included; empty when unknown. */
    public Optional<Price> price(String model) {
        Price known = prices.get(model);
        return known != null ? Optional.of(known) : undated(model).map(prices::get);
    }

    private Optional<String> undated(String model) {
        String plain = model.replaceFirst("-(20[0-9]{2}-?[0-9]{2}-?[0-9]{2})$", "");
        return owners.containsKey(plain) ? Optional.of(plain) : Optional.empty();
    }

    public ProviderEntry provider(String name) {
        return Objects.requireNonNull(providers.get(name), name);
    }

    @Override
    public List<String> providers() {
        return List.of("openai");
    }

    @Override
    public String defaultProvider() {
        return defaultProvider;
    }

    @Override
    public String defaultModel(String provider) {
        return provider(provider).defaultModel();
    }

    @Override
    public Optional<String> providerOf(String model) {
        String owner = owners.get(model);
        return owner != null ? Optional.of(owner) : undated(model).map(owners::get);
    }
}
