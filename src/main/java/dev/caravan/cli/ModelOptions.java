package dev.caravan.cli;

import dev.caravan.base.UserMistakeException;
import dev.caravan.operator.ModelChange.Wish;
import java.util.ArrayList;
import java.util.List;
import java.util.SortedMap;
import java.util.TreeMap;
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

    boolean any() {
        return !models.isEmpty() || !providers.isEmpty();
    }

    /** What is wanted, by the names of steps. */
    SortedMap<String, Wish> wishes() {
        return Wish.of(bySteps("--model", models), bySteps("--provider", providers));
    }

    private static SortedMap<String, String> bySteps(String option, List<String> given) {
        var names = new TreeMap<String, String>();
        for (String each : given) {
            int at = each.indexOf('=');
            if (at < 1 || at == each.length() - 1) {
                throw new UserMistakeException(
                        option, "", "must be STEP=NAME, such as judge=gpt-6-luna, not '" + each + "'");
            }
            String step = each.substring(0, at);
            if (names.put(step, each.substring(at + 1)) != null) {
                throw new UserMistakeException(option, "", "names the step '" + step + "' twice");
            }
        }
        return names;
    }
}
