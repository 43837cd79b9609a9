package dev.caravan.cost;

import dev.caravan.base.InvalidFileException;
import dev.caravan.provider.AccountLimits;
import dev.caravan.provider.BaseUrl;
import java.math.BigDecimal;
import java.time.DateTimeException;
import java.time.LocalDate;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;
import org.snakeyaml.engine.v2.api.Load;
import org.snakeyaml.engine.v2.api.LoadSettings;
import org.snakeyaml.engine.v2.exceptions.YamlEngineException;

/** Reads {@code models.yaml}: the one we ship, and one of the user's that adds to it and overrides it. */
final class RegistryFile {
    private static final BigDecimal HUNDRED = BigDecimal.valueOf(100);

    private final String file;
    private final Map<String, Map<String, Object>> providers = new TreeMap<>();
    private final Map<String, Map<String, Object>> models = new LinkedHashMap<>();
    private @Nullable String defaultProvider;

    RegistryFile(String file) {
        this.file = file;
    }

    /** Adds a text's entries, or the values it gives for entries that are there. */
    RegistryFile add(String text) {
        Object root;
        try {
            root = new Load(LoadSettings.builder().setLabel(file).build()).loadFromString(text);
        } catch (YamlEngineException e) {
            throw new InvalidFileException(file, "", "is no YAML: " + e.getMessage());
        } catch (StackOverflowError e) {
            throw new InvalidFileException(file, "", "is nested too deeply");
        }
        if (root == null) {
            return this;
        }
        if (!(root instanceof Map<?, ?> map)) {
            throw new InvalidFileException(file, "", "must hold providers: and models:");
        }
        for (Object key : map.keySet()) {
            if (!List.of("default_provider", "providers", "models").contains(String.valueOf(key))) {
                throw new InvalidFileException(
                        file, String.valueOf(key), "is none of default_provider, providers, models");
            }
        }
        if (map.get("default_provider") != null) {
            defaultProvider = String.valueOf(map.get("default_provider"));
        }
        entries(map, "providers").forEach((name, entry) -> merge(providers, name, entry));
        models(map.get("models"));
        return this;
    }

    private Map<String, Map<String, Object>> entries(Map<?, ?> map, String key) {
        var entries = new LinkedHashMap<String, Map<String, Object>>();
        Object value = map.get(key);
        if (value instanceof Map<?, ?> named) {
            named.forEach((name, entry) -> entries.put(String.valueOf(name), fields(key + "." + name, entry)));
        } else if (value != null) {
            throw new InvalidFileException(file, key, "must be a map of names to entries");
        }
        return entries;
    }

    private void models(@Nullable Object value) {
        if (value == null) {
            return;
        }
        if (!(value instanceof List<?> list)) {
            throw new InvalidFileException(file, "models", "must be a list of entries with an id each");
        }
        for (int i = 0; i < list.size(); i++) {
            String place = "models[" + i + "]";
            Map<String, Object> entry = fields(place, list.get(i));
            if (entry.get("id") == null) {
                throw new InvalidFileException(file, place, "has no id");
            }
            merge(models, String.valueOf(entry.get("id")), entry);
        }
    }

    private Map<String, Object> fields(String place, @Nullable Object entry) {
        if (!(entry instanceof Map<?, ?> map)) {
            throw new InvalidFileException(file, place, "must be a map");
        }
        var fields = new LinkedHashMap<String, Object>();
        map.forEach((key, value) -> fields.put(String.valueOf(key), value));
        return fields;
    }

    private static void merge(Map<String, Map<String, Object>> into, String name, Map<String, Object> entry) {
        into.computeIfAbsent(name, key -> new LinkedHashMap<>()).putAll(entry);
    }

    String defaultProvider() {
        return defaultProvider == null ? "openai" : defaultProvider;
    }

    /** Where each provider is reached that is known so far. */
    Map<String, String> addresses() {
        var addresses = new TreeMap<String, String>();
        providers.forEach((name, entry) -> addresses.put(name, required(entry, "base_url", "providers." + name)));
        return addresses;
    }

    List<ProviderEntry> providers() {
        var all = new ArrayList<ProviderEntry>();
        providers.forEach((name, entry) -> {
            String place = "providers." + name;
            String auth = text(entry, "auth", "Authorization: Bearer");
            int colon = auth.indexOf(':');
            if (colon < 1) {
                throw new InvalidFileException(file, place + ".auth", "must be like 'Authorization: Bearer'");
            }
            String prefix = auth.substring(colon + 1).strip();
            String variable = name.toUpperCase(java.util.Locale.ROOT).replace('-', '_');
            all.add(new ProviderEntry(
                    name,
                    text(entry, "routes", name),
                    keyVariable(text(entry, "key", variable + "_API_KEY"), place),
                    Boolean.TRUE.equals(entry.get("key_optional")),
                    address(entry, place),
                    text(entry, "base_url_variable", variable + "_BASE_URL"),
                    required(entry, "default_model", place),
                    auth.substring(0, colon),
                    prefix.isEmpty() ? "" : prefix + " ",
                    text(entry, "flavour", ""),
                    text(entry, "schemas", "none"),
                    text(entry, "tokenizer", ""),
                    !Boolean.FALSE.equals(entry.get("tagged")),
                    text(entry, "batch", "yes").replace("true", "yes").replace("false", "no"),
                    limits(entry, place)));
        });
        return all;
    }

    private String address(Map<String, Object> entry, String place) {
        String address = required(entry, "base_url", place);
        String problem = BaseUrl.problem(address);
        if (!problem.isEmpty()) {
            throw new InvalidFileException(file, place + ".base_url", problem);
        }
        return address;
    }

    /** Who writes the key itself there is told so, without it. */
    private String keyVariable(String name, String place) {
        if (!name.matches("[A-Za-z_][A-Za-z0-9_]*")) {
            throw new InvalidFileException(
                    file,
                    place + ".key",
                    "must be the name of an environment variable, such as OPENAI_API_KEY; the key itself belongs into"
                            + " the environment or into .env");
        }
        return name;
    }

    private AccountLimits limits(Map<String, Object> entry, String place) {
        return new AccountLimits(
                (int) number(entry, "max_requests", 50_000, place),
                number(entry, "max_bytes", 100_000_000, place),
                text(entry, "requests_header", ""),
                text(entry, "tokens_header", ""),
                number(entry, "requests_per_minute", 0, place),
                number(entry, "tokens_per_minute", 0, place),
                (int) number(entry, "results_hours", 0, place),
                number(entry, "enqueued_tokens", 0, place));
    }

    List<Model> models() {
        var all = new ArrayList<Model>();
        models.forEach((id, entry) -> all.add(model(id, entry)));
        return all;
    }

    /** Names that mean the same model. */
    List<String> aliases(String id) {
        Object aliases = models.getOrDefault(id, Map.of()).get("aliases");
        return aliases instanceof List<?> list
                ? list.stream().map(String::valueOf).toList()
                : List.of();
    }

    private Model model(String id, Map<String, Object> entry) {
        String place = "models." + id;
        String provider = required(entry, "provider", place);
        if (!providers.containsKey(provider)) {
            throw new InvalidFileException(file, place + ".provider", "there is no provider '" + provider + "'");
        }
        String date = text(entry, "date", "given");
        LocalDate until = null;
        Price then = null;
        if (entry.get("until") != null) {
            try {
                until = LocalDate.parse(String.valueOf(entry.get("until")));
            } catch (DateTimeException e) {
                throw new InvalidFileException(file, place + ".until", "must be a date like 2026-12-31");
            }
            if (entry.get("then") instanceof Map<?, ?> next) {
                var later = new LinkedHashMap<String, Object>(entry);
                for (String each :
                        List.of("cached_input", "cache_write", "batch_input", "batch_output", "long_prompt")) {
                    later.remove(each);
                }
                next.forEach((key, value) -> later.put(String.valueOf(key), value));
                halve(later, place);
                then = price(id + "@" + later.get("from"), later, provider, place + ".then");
            }
        }
        long maxInput = number(entry, "max_input", 0, place);
        return new Model(
                id,
                provider,
                number(entry, "context", 0, place),
                maxInput == 0 ? number(entry, "context", 0, place) : maxInput,
                number(entry, "max_output", 0, place),
                text(entry, "temperature", "true"),
                text(entry, "lifecycle", "active"),
                text(entry, "replaced_by", ""),
                price(id + "@" + date, entry, provider, place),
                until,
                then,
                date);
    }

    /** A price that is announced names the realtime one; a batch costs half wherever it does today. */
    private void halve(Map<String, Object> entry, String place) {
        for (String each : List.of("input", "output")) {
            BigDecimal value = decimal(entry, each, place);
            if (value != null) {
                entry.put("batch_" + each, value.divide(BigDecimal.valueOf(2)));
            }
        }
    }

    private @Nullable Price price(String id, Map<String, Object> entry, String provider, String place) {
        Long input = perToken(entry, "input", place);
        Long output = perToken(entry, "output", place);
        if (input == null || output == null) {
            return null;
        }
        Long cached = perToken(entry, "cached_input", place);
        Long written = perToken(entry, "cache_write", place);
        Long batchInput = perToken(entry, "batch_input", place);
        Long batchOutput = perToken(entry, "batch_output", place);
        Long batchCached = perToken(entry, "batch_cached_input", place);
        boolean batch = batchInput != null && batchOutput != null;
        BigDecimal factor = decimal(providers.getOrDefault(provider, Map.of()), "batch_cache", "providers." + provider);
        BigDecimal times = factor == null ? BigDecimal.ONE : factor;
        long hit = cached == null ? input : cached;
        long write = written == null ? 0 : written;
        Map<String, Object> dear =
                entry.get("long_prompt") instanceof Map<?, ?> ? fields(place, entry.get("long_prompt")) : Map.of();
        return new Price(
                id,
                input,
                hit,
                output,
                batchInput != null && batch ? batchInput : Price.UNKNOWN,
                batchCached != null
                        ? batchCached
                        : cached == null && batchInput != null ? batchInput : times(hit, times),
                batchOutput != null && batch ? batchOutput : Price.UNKNOWN,
                number(
                        dear,
                        dear.containsKey("above_prompt_tokens") ? "above_prompt_tokens" : "above_input_tokens",
                        0,
                        place),
                percent(dear, "input", entry, place),
                percent(dear, "output", entry, place),
                write,
                times(write, times));
    }

    private static long times(long picos, BigDecimal factor) {
        return BigDecimal.valueOf(picos)
                .multiply(factor)
                .setScale(0, java.math.RoundingMode.CEILING)
                .longValueExact();
    }

    /** A factor of the ordinary price, given as such or by the dearer price. */
    private long percent(Map<String, Object> dear, String key, Map<String, Object> entry, String place) {
        BigDecimal factor = decimal(dear, key + "_factor", place);
        BigDecimal price = decimal(dear, key, place);
        BigDecimal usual = decimal(entry, key, place);
        boolean dearer = price != null && usual != null;
        try {
            if (price != null && usual != null) {
                return price.multiply(HUNDRED)
                        .divide(usual, 0, java.math.RoundingMode.CEILING)
                        .longValueExact();
            }
            return factor == null ? 100 : factor.multiply(HUNDRED).longValueExact();
        } catch (ArithmeticException e) {
            throw new InvalidFileException(
                    file,
                    place + ".long_prompt." + key + (dearer ? "" : "_factor"),
                    dearer
                            ? "must be a price, and the ordinary one above 0"
                            : "must be a factor with no more than two digits behind the point, such as 1.5");
        }
    }

    private @Nullable Long perToken(Map<String, Object> entry, String key, String place) {
        BigDecimal value = decimal(entry, key, place);
        try {
            return value == null ? null : Price.perToken(value);
        } catch (ArithmeticException e) {
            throw new InvalidFileException(
                    file,
                    place + "." + key,
                    "must be a price with no more than six digits behind the point, below a million");
        }
    }

    private @Nullable BigDecimal decimal(Map<String, Object> entry, String key, String place) {
        Object value = entry.get(key);
        if (value == null) {
            return null;
        }
        try {
            var number = new BigDecimal(value.toString());
            if (number.signum() < 0) {
                throw new InvalidFileException(file, place + "." + key, "must not be below 0");
            }
            return number;
        } catch (NumberFormatException e) {
            throw new InvalidFileException(file, place + "." + key, "must be a number, not '" + value + "'");
        }
    }

    private long number(Map<String, Object> entry, String key, long otherwise, String place) {
        BigDecimal value = decimal(entry, key, place);
        return value == null ? otherwise : value.longValue();
    }

    private static String text(Map<String, Object> entry, String key, String otherwise) {
        Object value = entry.get(key);
        return value == null ? otherwise : value.toString();
    }

    private String required(Map<String, Object> entry, String key, String place) {
        Object value = entry.get(key);
        if (value == null) {
            throw new InvalidFileException(file, place, "has no " + key);
        }
        return value.toString();
    }
}
