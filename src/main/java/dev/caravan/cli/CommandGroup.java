package dev.caravan.cli;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import picocli.CommandLine;
import picocli.CommandLine.Help;
import picocli.CommandLine.Model.UsageMessageSpec;

/**
 * Commands that are for the same thing, as {@code caravan --help} lists them together.
 *
 * @param title what for
 * @param commands objects that picocli takes for commands
 */
record CommandGroup(String title, List<Object> commands) {
    CommandGroup {
        commands = List.copyOf(commands);
    }

    static CommandGroup of(String title, Object... commands) {
        return new CommandGroup(title, List.of(commands));
    }

    /** Every command there is, in groups, in the order in which a newcomer meets them. */
    static List<CommandGroup> all(CommandContext context) {
        return List.of(
                of(
                        "Write a pipeline",
                        new NewCommand(context),
                        new ImportCommand(context),
                        new ValidateConfigCommand(context),
                        new UnitsCommand(context),
                        new RenderCommand(context),
                        new JudgeCommand(context),
                        new EstimateCommand(context),
                        new TrustCommand(context)),
                of(
                        "Run it",
                        new RunCommand(context),
                        new InitCommand(context),
                        new ResumeCommand(context),
                        new WatchCommand(context),
                        new RealtimeCommand(context),
                        new TickCommand(context),
                        new RestartCommand(context),
                        new PauseCommand(context),
                        new KillCommand(context),
                        new ApproveCommand(context),
                        new RejectCommand(context),
                        new SettleCommand(context)),
                of(
                        "Look at runs",
                        new PsCommand(context),
                        new StatusCommand(context),
                        new InfoCommand(context),
                        new VerifyCommand(context),
                        new ReportCommand(context),
                        new DiagnoseCommand(context),
                        new ThreadsCommand(context)),
                of(
                        "Take results away",
                        new ExportCommand(context),
                        new ExtractCommand(context),
                        new AnalyzeCommand(context),
                        new CompareCommand(context)),
                of(
                        "Mend and keep runs",
                        new RetryFailuresCommand(context),
                        new RevalidateCommand(context),
                        new RepairCommand(context),
                        new MovedCommand(context),
                        new NameCommand(context),
                        new ArchiveCommand.Away(context),
                        new ArchiveCommand.Back(context)),
                of("Serve", new ServeCommand(context), new StartCommand(context), new SimulateCommand(context)),
                of(
                        "Models, shells, help",
                        new ModelsCommand(context),
                        new CompletionCommand(context),
                        new HelpCommand()));
    }

    /** Adds all commands to a line, and lists them by group in its help. */
    static void addTo(CommandLine line, List<CommandGroup> groups) {
        Map<String, List<String>> names = new LinkedHashMap<>();
        for (CommandGroup group : groups) {
            List<String> ofGroup = names.computeIfAbsent(group.title(), title -> new ArrayList<>());
            for (Object command : group.commands()) {
                var added = new CommandLine(command);
                ofGroup.add(added.getCommandName());
                line.addSubcommand(added);
            }
        }
        line.getHelpSectionMap().put(UsageMessageSpec.SECTION_KEY_COMMAND_LIST_HEADING, help -> "");
        line.getHelpSectionMap().put(UsageMessageSpec.SECTION_KEY_COMMAND_LIST, help -> listed(help, names));
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
