package dev.caravan.cost;

import dev.caravan.base.Problem;
import dev.caravan.base.Problems;
import dev.caravan.pipeline.Pipeline;
import dev.caravan.pipeline.Step;
import dev.caravan.pipeline.StepGrammar;
import java.util.ArrayList;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Consumer;
import java.util.function.Function;

/**
 * Holds the models that a pipeline's steps ask against those that are known. What the registry does not know may be new
 * or misspelt: a check tells it, and before anything is spent the provider's own list decides.
 */
public final class ModelNames {
    private static final String FILE = "config.yaml";

    /**
     * A model that steps ask.
     *
     * @param path where it is written in config.yaml, else the first step that asks it; or the option that names it
     */
    public record Named(String path, String provider, String model) {}

    /** What a provider's list comes to: {@code trouble} says why there is none, in a word. */
    public record Listed(List<String> models, String trouble) {
        public Listed {
            models = List.copyOf(models);
        }
    }

    private final ModelRegistry registry;

    public ModelNames(ModelRegistry registry) {
        this.registry = registry;
    }

    /** The models of all steps that ask one, each once. */
    public static List<Named> of(Pipeline pipeline, Map<String, ? extends StepGrammar> kinds) {
        var named = new LinkedHashMap<String, Named>();
        for (Step each : pipeline.steps()) {
            StepGrammar kind = kinds.get(each.kind());
            if (kind != null && kind.manner().asksProvider()) {
                String step = "pipeline.steps[" + each.index() + "]";
                boolean inApi = pipeline.config().path("api").has("model");
                add(named, each.source().has("model") ? step + ".model" : inApi ? "api.model" : step, each, false);
                if (each.escalates()) {
                    add(named, step + ".retry.model", each, true);
                }
            }
        }
        return List.copyOf(named.values());
    }

    private static void add(Map<String, Named> named, String path, Step step, boolean again) {
        String model = step.model(again);
        named.putIfAbsent(step.provider() + " " + model, new Named(path, step.provider(), model));
    }

    /** What an author should know of the models: which are not known, and which go away. */
    public List<Problem> hints(Collection<Named> all) {
        var hints = new ArrayList<Problem>();
        for (Named each : all) {
            Optional<Model> known = registry.model(each.model());
            if (known.isPresent() && known.get().goesAway()) {
                hints.add(new Problem(FILE, each.path(), goesAway(each, known.get())));
            } else if (isOdd(each)) {
                hints.add(new Problem(
                        FILE,
                        each.path(),
                        "the model '" + each.model() + "' of " + each.provider()
                                + " is not known here, nor is its price; "
                                + Problems.suggestion(each.model(), registry.names(each.provider()))));
            }
        }
        return hints;
    }

    private static String goesAway(Named named, Model model) {
        String replaced = model.replacedBy();
        return "the model '" + named.model() + "' is " + model.lifecycle()
                + (model.lifecycle().equals("retired") ? ": it is gone" : ": its provider will take it away")
                + (replaced.isEmpty() ? "; `caravan models` lists others" : "; ask " + replaced + " instead");
    }

    /** Whether a name is neither known here nor one that only its server can know. */
    private boolean isOdd(Named named) {
        return registry.model(named.model()).isEmpty()
                && !registry.names(named.provider()).isEmpty();
    }

    /**
     * Refuses models that their provider does not have, as it says itself. Only those are asked for that are not known
     * here.
     *
     * @param subject of the message
     * @param lists a provider's own list
     * @param untold hears why a list could not be had; then nothing is said against its models
     * @throws dev.caravan.base.UserMistakeException naming all of them
     */
    public void check(String subject, Collection<Named> all, Function<String, Listed> lists, Consumer<String> untold) {
        var missing = new Problems(subject);
        var asked = new LinkedHashMap<String, Listed>();
        for (Named each : all) {
            if (!isOdd(each)) {
                continue;
            }
            boolean first = !asked.containsKey(each.provider());
            Listed listed = asked.computeIfAbsent(each.provider(), lists);
            if (!listed.trouble().isEmpty() || listed.models().isEmpty()) {
                if (first) {
                    untold.accept("whether " + each.provider() + " has the model '" + each.model()
                            + "' could not be asked: "
                            + (listed.trouble().isEmpty() ? "its list is empty" : listed.trouble()));
                }
            } else if (listed.models().stream().noneMatch(name -> isSame(each.model(), name))) {
                boolean option = each.path().startsWith("-");
                missing.at(
                        option ? each.path() : FILE,
                        option ? "" : each.path(),
                        each.provider() + " lists no model '" + each.model() + "' for this account; "
                                + near(each.model(), listed.models())
                                + " (if it has it all the same, name it in models.yaml)");
            }
        }
        missing.throwIfAny();
    }

    private static String near(String model, List<String> listed) {
        return Problems.nearest(model, listed)
                .map(each -> "did you mean '" + each + "'?")
                .orElse("caravan models refresh tells what it lists");
    }

    /** A name without a date, or with latest, means one with a date; lists hold these alone. */
    private static boolean isSame(String asked, String listed) {
        return asked.equals(listed) || bare(asked).equals(bare(listed));
    }

    private static String bare(String name) {
        return name.replaceFirst("-(latest|20[0-9]{2}-?[0-9]{2}-?[0-9]{2})$", "");
    }
}
