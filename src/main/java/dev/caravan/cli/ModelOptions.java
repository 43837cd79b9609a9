package dev.caravan.cli;

import dev.caravan.base.InvalidFileException;
import dev.caravan.execution.ModelChange.Wish;
import java.util.ArrayList;
import java.util.List;
import java.util.SortedMap;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;

/** Options of the commands that tell steps of a run to ask other models. */
final class ModelOptions {
    @Option(
            names = "--model",
            paramLabel = "STEP=NAME",
            description = "from now on the step asks this model; what is out stays as it was asked")
    List<String> models = new ArrayList<>();

    @Option(
            names = "--provider",
            paramLabel = "STEP=NAME",
            description = "from now on the step asks this provider: the model that is named too, or its usual one")
    List<String> providers = new ArrayList<>();

    @Option(
            names = {"--yes", "-y"},
            description = "agree to a model whose price is not known")
    boolean yes;

    boolean any() {
        return !models.isEmpty() || !providers.isEmpty();
    }

    /** What is wanted, by the names of steps. */
    SortedMap<String, Wish> wishes() {
        var wishes = new TreeMap<String, Wish>();
        var seen = new TreeMap<String, String>();
        models.forEach(each -> wishes.put(step("--model", each, seen), new Wish(null, name(each))));
        seen.clear();
        for (String each : providers) {
            String step = step("--provider", each, seen);
            Wish model = wishes.get(step);
            wishes.put(step, new Wish(name(each), model(model)));
        }
        return wishes;
    }

    private static @Nullable String model(@Nullable Wish wish) {
        return wish == null ? null : wish.model();
    }

    private static String name(String given) {
        return given.substring(given.indexOf('=') + 1);
    }

    private static String step(String option, String given, SortedMap<String, String> seen) {
        int at = given.indexOf('=');
        if (at < 1 || at == given.length() - 1) {
            throw new InvalidFileException(
                    option, "", "must be STEP=NAME, such as judge=gpt-6-luna, not '" + given + "'");
        }
        String step = given.substring(0, at);
        if (seen.put(step, given) != null) {
            throw new InvalidFileException(option, "", "names the step '" + step + "' twice");
        }
        return step;
    }
}
