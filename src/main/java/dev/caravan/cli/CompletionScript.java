package dev.caravan.cli;

import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import picocli.CommandLine;
import picocli.CommandLine.Model.ArgSpec;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Model.OptionSpec;

/**
 * The completion of a command line, written for a shell from what picocli knows of it. Picocli's own knows neither fish nor
 * which runs and pipelines there are; here a shell looks for these itself, so nothing is started while somebody types.
 */
final class CompletionScript {
    /** The labels of arguments that name a run or a pipeline. */
    private static final String RUN = "RUN";

    private static final String PIPELINE = "PIPELINE";

    private final CommandSpec root;
    private final List<String> shipped;
    /** What may stand behind an option, by its name. */
    private final Map<String, List<String>> values;

    /**
     * @param shipped names of the pipelines that come with the installation
     * @param providers names of the providers there are
     */
    CompletionScript(CommandSpec root, List<String> shipped, List<String> providers) {
        this.root = root;
        this.shipped = List.copyOf(shipped);
        this.values = Map.of("--mode", List.of("batch", "realtime"), "--provider", List.copyOf(providers));
    }

    String bash() {
        return "# Completion of caravan. In ~/.bashrc: source <(caravan completion bash)\n" + posix();
    }

    /** By the layer for bash's completions that comes with zsh. */
    String zsh() {
        return "# Completion of caravan. In ~/.zshrc: source <(caravan completion zsh)\n"
                + "autoload -U +X compinit bashcompinit && { (( $+functions[compdef] )) || compinit -u; } && bashcompinit\n"
                + posix();
    }

    private String posix() {
        var text = new StringBuilder("""
                _caravan_names() {
                    local each
                    case $1 in
                        runs) for each in $(compgen -G 'runs/*/journal.jsonl'); do each=${each#runs/}; echo "${each%%/*}"; done ;;
                        pipelines)
                            for each in $(compgen -G 'pipelines/*/config.yaml'); do each=${each#pipelines/}; echo "${each%%/*}"; done
                            echo 'SHIPPED'
                            ;;
                    esac
                }

                _caravan() {
                    local word=${COMP_WORDS[COMP_CWORD]} before=${COMP_WORDS[COMP_CWORD-1]} IFS=$'\\n'
                    local options='' names='' words='' all
                    if [ "$COMP_CWORD" -eq 1 ]; then
                        all='COMMANDS'
                        COMPREPLY=($(compgen -W "${all// /$IFS}" -- "$word"))
                        return
                    fi
                    case ${COMP_WORDS[1]} in
                """.replace("SHIPPED", String.join("\n", shipped))
                .replace("COMMANDS", String.join(" ", commands()) + " --help --version"));
        subcommands()
                .forEach(each -> text.append("        %s) options='%s' names='%s' words='%s' ;;\n"
                        .formatted(
                                each.name(),
                                String.join(" ", options(each)),
                                names(each),
                                String.join(" ", words(each)))));
        text.append("    esac\n    case \"${COMP_WORDS[1]} $before\" in\n");
        for (CommandSpec command : subcommands()) {
            for (OptionSpec option : command.options()) {
                if (takesValue(option)) {
                    text.append("        %s) options='' names='%s' words='%s' ;;\n"
                            .formatted(
                                    Stream.of(option.names())
                                            .map(name -> "'" + command.name() + " " + name + "'")
                                            .collect(Collectors.joining(" | ")),
                                    kind(option),
                                    String.join(" ", values(option))));
                }
            }
        }
        return text.append("""
                            esac
                            all=
                            case $word in
                                -*) all=${options// /$IFS} ;;
                                *) all=${words// /$IFS}$IFS$(_caravan_names "$names") ;;
                            esac
                            COMPREPLY=($(compgen -W "$all" -- "$word"))
                        }
                        complete -o default -F _caravan caravan
                        """).toString();
    }

    String fish() {
        var text = new StringBuilder("""
                # Completion of caravan. In ~/.config/fish/config.fish: caravan completion fish | source
                function __caravan_runs
                    for each in runs/*/journal.jsonl
                        string split -f 2 / $each
                    end
                end
                function __caravan_pipelines
                    for each in pipelines/*/config.yaml
                        string split -f 2 / $each
                    end
                    string split ' ' 'SHIPPED'
                end
                complete -c caravan -e
                """.replace("SHIPPED", String.join(" ", shipped)));
        for (CommandSpec command : subcommands()) {
            text.append("complete -c caravan -f -n __fish_use_subcommand -a %s -d %s\n"
                    .formatted(
                            command.name(), quoted(said(command.usageMessage().description()))));
            String here = "complete -c caravan -n '__fish_seen_subcommand_from " + command.name() + "'";
            for (OptionSpec option : command.options()) {
                text.append(here);
                for (String name : option.names()) {
                    text.append(name.startsWith("--") ? " -l " + name.substring(2) : " -s " + name.substring(1));
                }
                if (takesValue(option)) {
                    text.append(" -r").append(offer(kind(option), values(option)));
                }
                text.append(" -d ").append(quoted(said(option.description()))).append('\n');
            }
            String offered = offer(names(command), words(command));
            if (!offered.isEmpty()) {
                text.append(here).append(offered).append('\n');
            }
        }
        return text.toString();
    }

    private static String offer(String names, List<String> words) {
        String all = Stream.concat(
                        words.stream(), names.isEmpty() ? Stream.empty() : Stream.of("(__caravan_" + names + ")"))
                .collect(Collectors.joining(" "));
        return all.isEmpty() ? "" : " -f -a '" + all + "'";
    }

    private List<CommandSpec> subcommands() {
        return root.subcommands().values().stream()
                .map(CommandLine::getCommandSpec)
                .toList();
    }

    private List<String> commands() {
        return List.copyOf(root.subcommands().keySet());
    }

    private static List<String> options(CommandSpec command) {
        return Stream.concat(
                        command.options().stream(),
                        command.subcommands().values().stream()
                                .flatMap(each -> each.getCommandSpec().options().stream()))
                .filter(each -> !each.hidden())
                .flatMap(each -> Stream.of(each.names()))
                .filter(each -> each.startsWith("--"))
                .distinct()
                .toList();
    }

    /** What may stand behind a command: its own commands, all commands for {@code help}, one of several words. */
    private List<String> words(CommandSpec command) {
        Collection<String> own = command.subcommands().keySet();
        return Stream.concat(
                        own.stream(), command.positionalParameters().stream().flatMap(each -> values(each).stream()))
                .distinct()
                .toList();
    }

    private static String names(CommandSpec command) {
        return command.positionalParameters().stream()
                .map(CompletionScript::kind)
                .filter(each -> !each.isEmpty())
                .findFirst()
                .orElse("");
    }

    private static String kind(ArgSpec argument) {
        String label = argument.paramLabel();
        return label.equals(RUN) ? "runs" : label.equals(PIPELINE) ? "pipelines" : "";
    }

    private List<String> values(ArgSpec argument) {
        String label = argument.paramLabel();
        if (label.equals("COMMAND")) {
            return commands();
        }
        if (label.matches("[a-z]+(\\|[a-z]+)+")) {
            return List.of(label.split("\\|", -1));
        }
        return argument instanceof OptionSpec option ? values.getOrDefault(option.longestName(), List.of()) : List.of();
    }

    private static boolean takesValue(OptionSpec option) {
        return option.arity().max() > 0;
    }

    private static String said(String[] description) {
        return description.length == 0 ? "" : description[0];
    }

    private static String quoted(String text) {
        return "'" + text.replace("\\", "\\\\").replace("'", "\\'") + "'";
    }
}
