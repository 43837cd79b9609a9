package dev.caravan.cost;

import dev.caravan.base.Problems;
import dev.caravan.pipeline.ModelDefaults;
import dev.caravan.pipeline.SafeYaml;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.time.LocalDate;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.TreeMap;

/**
 * The providers and models we know, with their prices: {@code models.yaml} as shipped, and the user's own file of that
 * name over it.
 */
public final class ModelRegistry implements ModelDefaults {
    private static final String FILE = "models.yaml";

    private final Map<String, ProviderEntry> providers = new TreeMap<>();
    private final Map<String, Model> models = new HashMap<>();
    private final List<Model> inOrder;
    private final String defaultProvider;
    private final Map<String, String> shippedAddresses;
    private final String name;
    private final Clock clock;

    /** @param problems that were found in the entries so far */
    private ModelRegistry(
            RegistryEntries entries,
            String name,
            Map<String, String> shippedAddresses,
            Problems problems,
            Clock clock) {
        this.clock = clock;
        this.name = name;
        this.shippedAddresses = shippedAddresses;
        var reader = new ProviderReader(name, problems);
        entries.providers().forEach((provider, entry) -> providers.put(provider, reader.read(provider, entry)));
        inOrder = new ModelReader(name, entries.providers(), problems).read(entries.models());
        for (Model each : inOrder) {
            models.put(each.id(), each);
            each.aliases().forEach(alias -> models.put(alias, each));
        }
        defaultProvider = entries.defaultProvider();
        if (!providers.containsKey(defaultProvider)) {
            problems.at(
                    name,
                    "default_provider",
                    "there is no provider '" + defaultProvider + "'; "
                            + Problems.suggestion(defaultProvider, providers.keySet()));
        }
        problems.throwIfAny();
    }

    /** The registry that Caravan ships. */
    public static ModelRegistry shipped() {
        var problems = new Problems(FILE);
        return new ModelRegistry(shippedEntries(FILE, problems), FILE, Map.of(), problems, Clock.systemUTC());
    }

    /**
     * The shipped registry with what a file adds and overrides; the file need not exist.
     *
     * @throws dev.caravan.base.UserMistakeException naming all that is wrong with it
     */
    public static ModelRegistry with(Path file, Clock clock) {
        String name = file.toString();
        var problems = new Problems(name);
        RegistryEntries entries = shippedEntries(name, problems);
        var addresses = new TreeMap<String, String>();
        entries.providers()
                .forEach((provider, entry) ->
                        addresses.put(provider, entry.path("base_url").asText()));
        if (Files.isRegularFile(file)) {
            entries.add(SafeYaml.read(file, name));
        }
        return new ModelRegistry(entries, name, addresses, problems, clock);
    }

    private static RegistryEntries shippedEntries(String name, Problems problems) {
        var entries = new RegistryEntries(name, problems);
        entries.add(SafeYaml.read(shippedText(), FILE));
        return entries;
    }

    private static String shippedText() {
        try (InputStream in = ModelRegistry.class.getResourceAsStream("/" + FILE)) {
            return new String(Objects.requireNonNull(in).readAllBytes(), StandardCharsets.UTF_8);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** The price of a model today, dated snapshots of it included; empty when unknown. */
    public Optional<Price> price(String model) {
        return model(model).map(each -> each.price(LocalDate.now(clock)));
    }

    /** A model by its name, an alias or a dated snapshot of it. */
    public Optional<Model> model(String name) {
        Model known = models.get(name);
        return known != null
                ? Optional.of(known)
                : Optional.ofNullable(models.get(name.replaceFirst("-(20[0-9]{2}-?[0-9]{2}-?[0-9]{2})$", "")));
    }

    /** Every model, as the files have them. */
    public List<Model> models() {
        return List.copyOf(inOrder);
    }

    /**
     * Names of a provider's models. None where any name may be right: a server that speaks another's wire has the models
     * that its operator loaded, whichever of them have a price here.
     */
    public List<String> names(String provider) {
        return provider(provider).flavour().isEmpty()
                ? models.entrySet().stream()
                        .filter(each -> each.getValue().provider().equals(provider))
                        .map(Map.Entry::getKey)
                        .sorted()
                        .toList()
                : List.of();
    }

    public ProviderEntry provider(String name) {
        return Objects.requireNonNull(providers.get(name), name);
    }

    /** Of these providers, those that the user's file moved to another address, each with its place and where to. */
    public List<String> moved(Collection<String> asked) {
        return shippedAddresses.entrySet().stream()
                .filter(each -> asked.contains(each.getKey()))
                .filter(each -> !each.getValue().equals(provider(each.getKey()).baseUrl()))
                .map(each -> name + ": providers." + each.getKey() + ".base_url: calls to " + each.getKey()
                        + " and its key go to " + shown(provider(each.getKey()).baseUrl()))
                .toList();
    }

    /** An address without what may be secret in it. */
    private static String shown(String address) {
        return address.replaceFirst("[?#](?s).*$", "")
                .replaceFirst("^([^/]*//)?[^/]*@", "$1")
                .replaceAll("\\p{Cntrl}", " ");
    }

    @Override
    public List<String> providers() {
        return new ArrayList<>(providers.keySet());
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
        return model(model).map(Model::provider);
    }

    @Override
    public String refusesTemperature(String model, String reasoningEffort, String apiVersion) {
        return model(model)
                .map(each -> each.refusesTemperature(reasoningEffort, apiVersion))
                .orElse("");
    }

    @Override
    public String schemas(String provider) {
        return provider(provider).schemas();
    }
}
