package dev.caravan.cli;

import dev.caravan.base.UserMistakeException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;

/**
 * The older system's way to call: {@code --init --pipeline X --run-dir Y --realtime} for {@code run X --run-dir Y --mode
 * realtime}. Turned into our own words before anything else looks at them.
 */
final class FlagForm {
    private static final Set<String> MODES = new TreeSet<>(Set.of(
            "--init",
            "--watch",
            "--realtime",
            "--tick",
            "--status",
            "--validate-config",
            "--ps",
            "--pause",
            "--kill",
            "--verify",
            "--retry-failures",
            "--repair",
            "--revalidate",
            "--info",
            "--restart",
            "--report",
            "--compare"));
    /** Modes that ask nothing: the older system took the answer everywhere. */
    private static final Set<String> ASKING_NOTHING = Set.of(
            "status",
            "validate-config",
            "ps",
            "verify",
            "retry-failures",
            "repair",
            "revalidate",
            "info",
            "report",
            "compare");

    private static final Set<String> OURS = Set.of("--help", "-h", "--version", "-V");
    /** Only what makes a run takes these; the older system accepted them everywhere and went by the run. */
    private static final Set<String> MAKING =
            Set.of("--max-units", "--limit", "--repeat", "--seed", "--max-retries", "--provider", "--model", "--name");

    private final Set<String> modes = new LinkedHashSet<>();
    private final List<String> rest = new ArrayList<>();
    private String pipeline = "";
    private String runDir = "";

    private FlagForm() {}

    /** The arguments in our own words; as they are when they already are so. */
    static String[] translated(String[] arguments) {
        if (arguments.length == 0 || !arguments[0].startsWith("-") || OURS.contains(arguments[0])) {
            return arguments;
        }
        var form = new FlagForm();
        form.read(arguments);
        return form.words().toArray(String[]::new);
    }

    private void read(String[] arguments) {
        for (int i = 0; i < arguments.length; i++) {
            String[] pair = arguments[i].split("=", 2);
            String option = pair[0];
            if (MODES.contains(option) && pair.length == 1) {
                modes.add(option);
            } else if (List.of("--pipeline", "-p", "--config", "-c", "--run-dir", "-r")
                    .contains(option)) {
                String value = pair.length == 2 ? pair[1] : i + 1 < arguments.length ? arguments[++i] : "";
                take(option, value);
            } else {
                rest.add(arguments[i]);
            }
        }
    }

    private void take(String option, String value) {
        if (value.isEmpty()) {
            throw wrong(option, "needs a value");
        }
        if (option.equals("--run-dir") || option.equals("-r")) {
            runDir = value;
        } else if (option.equals("--config") || option.equals("-c")) {
            Path parent = Path.of(value).toAbsolutePath().getParent();
            pipeline = value.endsWith(".yaml") && parent != null ? parent.toString() : value;
        } else {
            pipeline = value;
        }
    }

    /** Without a mode it can only be the name that a run is to bear. */
    private List<String> name() {
        if (rest.size() == 2 && rest.get(0).equals("--name") && !runDir.isEmpty()) {
            return List.of("name", runDir, rest.get(1));
        }
        throw wrong(
                rest.isEmpty() ? "" : rest.get(0),
                "needs a mode before it: one of " + String.join(", ", MODES) + ", or a command; `caravan --help` lists"
                        + " them");
    }

    private List<String> words() {
        if (modes.isEmpty()) {
            return name();
        }
        if (modes.remove("--init")) {
            return make();
        }
        if (modes.size() > 1) {
            throw wrong(String.join(" ", modes), "are several modes; give one");
        }
        String mode = modes.iterator().next().substring(2);
        if (ASKING_NOTHING.contains(mode)) {
            rest.removeIf(each -> each.equals("--yes") || each.equals("-y"));
        }
        return switch (mode) {
            case "compare" -> with("compare");
            case "ps" -> with("ps");
            case "validate-config" -> with("validate-config", needed(pipeline, "--config or --pipeline", mode));
            default -> {
                rest.stream()
                        .filter(each -> MAKING.contains(each.split("=", 2)[0]))
                        .findFirst()
                        .ifPresent(each -> {
                            throw wrong(each, "shapes a run when it is made; give it with --init");
                        });
                yield with(mode, needed(runDir, "--run-dir", mode));
            }
        };
    }

    private List<String> make() {
        if (modes.size() > 1 || !(modes.isEmpty() || modes.contains("--watch") || modes.contains("--realtime"))) {
            throw wrong(
                    "--init " + String.join(" ", modes),
                    "do not go together; --init goes alone, or with --watch or" + " --realtime");
        }
        rest.stream()
                .filter(each -> modes.isEmpty() && each.split("=", 2)[0].equals("--max-cost"))
                .findFirst()
                .ifPresent(each -> {
                    throw wrong(each, "bounds a run while it is at work; give it with --watch or --realtime");
                });
        List<String> words = with(modes.isEmpty() ? "init" : "run", needed(pipeline, "--pipeline or --config", "init"));
        if (!runDir.isEmpty()) {
            words.addAll(List.of("--run-dir", runDir));
        }
        if (!modes.isEmpty()) {
            words.addAll(List.of("--mode", modes.contains("--realtime") ? "realtime" : "batch"));
        }
        return words;
    }

    private List<String> with(String... start) {
        var words = new ArrayList<>(List.of(start));
        words.addAll(rest);
        return words;
    }

    private static String needed(String value, String option, String mode) {
        if (value.isEmpty()) {
            throw wrong("--" + mode, "needs " + option);
        }
        return value;
    }

    private static UserMistakeException wrong(String option, String message) {
        return new UserMistakeException("caravan", option, message);
    }
}
