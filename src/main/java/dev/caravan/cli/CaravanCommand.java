package dev.caravan.cli;

import dev.caravan.base.Disk;
import dev.caravan.base.InvalidFileException;
import dev.caravan.base.PlainText;
import dev.caravan.journal.CorruptJournalException;
import dev.caravan.lease.LeaseHeldException;
import dev.caravan.run.NameTakenException;
import java.io.UncheckedIOException;
import java.nio.file.InvalidPathException;
import picocli.CommandLine;
import picocli.CommandLine.Command;

/** The command line: finds the command, runs it, turns what went wrong into one message and an exit code. */
@Command(
        name = "caravan",
        mixinStandardHelpOptions = true,
        description = "Runs many LLM requests through multi-step pipelines; every request and cent accounted for once.",
        exitCodeListHeading = "%nExit codes:%n",
        exitCodeList = {
            "  0:done",
            "  1:done, but units failed; or a check found something",
            "  2:wrong use, or a file that is wrong; the message says where; nothing was spent",
            "  3:waits: paused, for an approval, at a cap, for a provider, for room on the disk",
            "  4:our fault; the log holds the cause, and nothing is lost",
            "130:interrupted; what is out goes on at the provider, caravan resume goes on here"
        },
        footer = {
            "",
            "caravan help COMMAND explains one; `caravan completion bash|zsh|fish` lets a shell complete them."
        })
public final class CaravanCommand implements Runnable {
    private final CommandLine.Help.Ansi ansi = CommandLine.Help.Ansi.OFF;

    private CaravanCommand() {}

    @Override
    public void run() {
        throw new InvalidFileException("caravan", "", "needs a command; `caravan --help` lists them");
    }

    public static int execute(CommandContext given, String... arguments) {
        CommandContext shop = given.forPeople();
        var root = new CaravanCommand();
        var line = new CommandLine(root)
                .addSubcommand(new RunCommand(shop))
                .addSubcommand(new InitCommand(shop))
                .addSubcommand(new WatchCommand(shop))
                .addSubcommand(new RealtimeCommand(shop))
                .addSubcommand(new TickCommand(shop))
                .addSubcommand(new StatusCommand(shop))
                .addSubcommand(new PsCommand(shop))
                .addSubcommand(new ValidateConfigCommand(shop))
                .addSubcommand(new VerifyCommand(shop))
                .addSubcommand(new RepairCommand(shop))
                .addSubcommand(new RetryFailuresCommand(shop))
                .addSubcommand(new ResumeCommand(shop))
                .addSubcommand(new ArchiveCommand.Away(shop))
                .addSubcommand(new ArchiveCommand.Back(shop))
                .addSubcommand(new RevalidateCommand(shop))
                .addSubcommand(new RestartCommand(shop))
                .addSubcommand(new InfoCommand(shop))
                .addSubcommand(new NameCommand(shop))
                .addSubcommand(new MovedCommand(shop))
                .addSubcommand(new ThreadsCommand(shop))
                .addSubcommand(new TrustCommand(shop))
                .addSubcommand(new ReportCommand(shop))
                .addSubcommand(new AnalyzeCommand(shop))
                .addSubcommand(new ExportCommand(shop))
                .addSubcommand(new ExtractCommand(shop))
                .addSubcommand(new CompareCommand(shop))
                .addSubcommand(new DiagnoseCommand(shop))
                .addSubcommand(new ServeCommand(shop))
                .addSubcommand(new ApproveCommand(shop))
                .addSubcommand(new RejectCommand(shop))
                .addSubcommand(new SettleCommand(shop))
                .addSubcommand(new PauseCommand(shop))
                .addSubcommand(new KillCommand(shop))
                .addSubcommand(new UnitsCommand(shop))
                .addSubcommand(new RenderCommand(shop))
                .addSubcommand(new JudgeCommand(shop))
                .addSubcommand(new NewCommand(shop))
                .addSubcommand(new ImportCommand(shop))
                .addSubcommand(new ModelsCommand(shop))
                .addSubcommand(new StartCommand(shop))
                .addSubcommand(new EstimateCommand(shop))
                .addSubcommand(new SimulateCommand(shop))
                .addSubcommand(new CompletionCommand(shop))
                .addSubcommand(new HelpCommand());
        line.getCommandSpec().version("caravan " + shop.version());
        // Commands that are methods say so themselves: picocli would hand them what is mixed in as an argument.
        line.getSubcommands().values().forEach(each -> each.getCommandSpec().mixinStandardHelpOptions(true));
        // Help is our own text, with colours on a terminal.
        line.setOut(new java.io.PrintWriter(given.out(), true, java.nio.charset.StandardCharsets.UTF_8));
        line.setErr(new java.io.PrintWriter(given.err(), true, java.nio.charset.StandardCharsets.UTF_8));
        line.setParameterExceptionHandler((e, all) -> misread(e));
        line.setColorScheme(CommandLine.Help.defaultColorScheme(root.ansi));
        line.setExecutionExceptionHandler((e, command, parsed) -> explain(shop, e));
        try {
            return line.execute(FlagForm.translated(arguments));
        } catch (InvalidFileException e) {
            shop.err().println("caravan: " + e.getMessage());
            return ExitCode.USAGE;
        }
    }

    /** As picocli tells it, but that the arguments it repeats are cleaned. */
    private static int misread(CommandLine.ParameterException e) {
        CommandLine line = e.getCommandLine();
        line.getErr().println(line.getColorScheme().errorText(PlainText.lines(String.valueOf(e.getMessage()))));
        if (!CommandLine.UnmatchedArgumentException.printSuggestions(e, line.getErr())) {
            line.usage(line.getErr(), line.getColorScheme());
        }
        return line.getCommandSpec().exitCodeOnInvalidInput();
    }

    private static int explain(CommandContext shop, Exception e) throws Exception {
        if (e instanceof LeaseHeldException) {
            shop.err().println("caravan: " + e.getMessage() + "; `caravan restart` takes a run over");
            return ExitCode.USAGE;
        }
        if (e instanceof InvalidFileException || e instanceof NameTakenException) {
            shop.err().println("caravan: " + e.getMessage());
            return ExitCode.USAGE;
        }
        if (e instanceof InvalidPathException path) {
            shop.err()
                    .println("caravan: '" + path.getInput() + "' is no path here: " + path.getReason()
                            + ". Names outside of ASCII need a locale that has them, such as LC_ALL=C.UTF-8");
            return ExitCode.USAGE;
        }
        if (e instanceof CorruptJournalException) {
            shop.err().println("caravan: the journal is damaged. " + e.getMessage());
            return ExitCode.USAGE;
        }
        if (e instanceof UncheckedIOException refused) {
            shop.err()
                    .println("caravan: the disk refused: " + Disk.reason(refused)
                            + ". Nothing is lost; mend it and go on");
            return ExitCode.WAITING;
        }
        org.slf4j.LoggerFactory.getLogger(CaravanCommand.class).error("this is our fault", e);
        shop.err().println("caravan: this is our fault: " + e);
        return ExitCode.FAULT;
    }
}
