package dev.caravan.cli;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.function.Function;
import picocli.CommandLine;
import picocli.CommandLine.Help;
import picocli.CommandLine.Model.UsageMessageSpec;

/**
 * Commands that are for the same thing, as {@code caravan --help} lists them together.
 *
 * @param title what for
 */
record CommandGroup(String title, List<Named> commands) {
    /** Commands that look at all others. */
    private static final Set<String> LOOKING_AT_ALL = Set.of("help", "completion");

    CommandGroup {
        commands = List.copyOf(commands);
    }

    /**
     * A command that is made when it is wanted: picocli reads the options of each by reflection.
     *
     * @param name as its annotation has it
     */
    record Named(String name, Function<CommandContext, Object> command) {
        CommandLine make(CommandContext context) {
            var made = new CommandLine(command.apply(context));
            if (!made.getCommandName().equals(name)) {
                throw new IllegalStateException("the command " + made.getCommandName() + " is listed as " + name);
            }
            // Commands that are methods say so themselves: picocli would hand them what is mixed in as an argument.
            made.getCommandSpec().mixinStandardHelpOptions(true);
            return made;
        }
    }

    static CommandGroup of(String title, Named... commands) {
        return new CommandGroup(title, List.of(commands));
    }

    /** Every command there is, in groups, in the order in which a newcomer meets them. */
    static List<CommandGroup> all() {
        return List.of(
                of(
                        "Write a pipeline",
                        new Named("new", NewCommand::new),
                        new Named("import", ImportCommand::new),
                        new Named("validate-config", ValidateConfigCommand::new),
                        new Named("units", UnitsCommand::new),
                        new Named("render", RenderCommand::new),
                        new Named("judge", JudgeCommand::new),
                        new Named("estimate", EstimateCommand::new),
                        new Named("trust", TrustCommand::new)),
                of(
                        "Run it",
                        new Named("run", RunCommand::new),
                        new Named("init", InitCommand::new),
                        new Named("resume", ResumeCommand::new),
                        new Named("watch", WatchCommand::new),
                        new Named("realtime", RealtimeCommand::new),
                        new Named("tick", TickCommand::new),
                        new Named("restart", RestartCommand::new),
                        new Named("pause", PauseCommand::new),
                        new Named("kill", KillCommand::new),
                        new Named("approve", ApproveCommand::new),
                        new Named("reject", RejectCommand::new),
                        new Named("settle", SettleCommand::new)),
                of(
                        "Look at runs",
                        new Named("ps", PsCommand::new),
                        new Named("status", StatusCommand::new),
                        new Named("info", InfoCommand::new),
                        new Named("verify", VerifyCommand::new),
                        new Named("report", ReportCommand::new),
                        new Named("diagnose", DiagnoseCommand::new),
                        new Named("threads", ThreadsCommand::new)),
                of(
                        "Take results away",
                        new Named("export", ExportCommand::new),
                        new Named("extract", ExtractCommand::new),
                        new Named("analyze", AnalyzeCommand::new),
                        new Named("compare", CompareCommand::new)),
                of(
                        "Mend and keep runs",
                        new Named("retry-failures", RetryFailuresCommand::new),
                        new Named("revalidate", RevalidateCommand::new),
                        new Named("repair", RepairCommand::new),
                        new Named("moved", MovedCommand::new),
                        new Named("name", NameCommand::new),
                        new Named("archive", ArchiveCommand.Away::new),
                        new Named("unarchive", ArchiveCommand.Back::new)),
                of(
                        "Serve",
                        new Named("serve", ServeCommand::new),
                        new Named("start", StartCommand::new),
                        new Named("simulate", SimulateCommand::new)),
                of(
                        "Models, shells, help",
                        new Named("models", ModelsCommand::new),
                        new Named("completion", CompletionCommand::new),
                        new Named("help", given -> new HelpCommand())));
    }

    /** Adds the command that is asked for to a line, or all, listed by group in its help. */
    static void addTo(CommandLine line, CommandContext context, String... arguments) {
        List<CommandGroup> groups = all();
        Optional<Named> only = asked(groups, arguments);
        if (only.isPresent()) {
            line.addSubcommand(only.get().make(context));
            return;
        }
        Map<String, List<String>> names = new LinkedHashMap<>();
        for (CommandGroup group : groups) {
            group.commands().forEach(each -> line.addSubcommand(each.make(context)));
            names.put(group.title(), group.commands().stream().map(Named::name).toList());
        }
        line.getHelpSectionMap().put(UsageMessageSpec.SECTION_KEY_COMMAND_LIST_HEADING, help -> "");
        line.getHelpSectionMap().put(UsageMessageSpec.SECTION_KEY_COMMAND_LIST, help -> listed(help, names));
    }

    /** The only command that these arguments can reach; none where another may be named, suggested or listed. */
    private static Optional<Named> asked(List<CommandGroup> groups, String... arguments) {
        return groups.stream()
                .flatMap(each -> each.commands().stream())
                .filter(each -> arguments.length > 0 && each.name().equals(arguments[0]))
                .filter(each -> !LOOKING_AT_ALL.contains(each.name()))
                .findFirst();
    }

    /** One column for names and one for what they do, as wide in each group. */
    private static String listed(Help help, Map<String, List<String>> names) {
        int longest = help.subcommands().keySet().stream()
                .mapToInt(String::length)
                .max()
                .orElse(0);
        int width = help.commandSpec().usageMessage().width();
        var text = new StringBuilder();
        names.forEach((title, ofGroup) -> {
            Help.TextTable table = Help.TextTable.forColumns(
                    help.colorScheme(),
                    new Help.Column(longest + 2, 2, Help.Column.Overflow.SPAN),
                    new Help.Column(width - longest - 2, 2, Help.Column.Overflow.WRAP));
            for (String each : ofGroup) {
                UsageMessageSpec about = Objects.requireNonNull(
                                help.subcommands().get(each))
                        .commandSpec()
                        .usageMessage();
                table.addRowValues(each, String.join(" ", about.description()));
            }
            text.append(help.createHeading("%n%s:%n", title)).append(table);
        });
        return text.toString();
    }
}
