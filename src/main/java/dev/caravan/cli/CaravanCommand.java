package dev.caravan.cli;

import dev.caravan.base.Disk;
import dev.caravan.base.PlainText;
import dev.caravan.base.UserMistakeException;
import dev.caravan.journal.CorruptJournalException;
import dev.caravan.lease.LeaseHeldException;
import dev.caravan.run.NameTakenException;
import java.io.PrintWriter;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.InvalidPathException;
import org.slf4j.LoggerFactory;
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
        throw new UserMistakeException("caravan", "", "needs a command; `caravan --help` lists them");
    }

    /** Whether nothing but the version is asked for: that is told without any of what commands need. */
    public static boolean asksVersion(String... arguments) {
        return arguments.length == 1 && (arguments[0].equals("--version") || arguments[0].equals("-V"));
    }

    /** What {@code --version} says. */
    public static String version(String version) {
        return "caravan " + version;
    }

    public static int execute(CommandContext given, String... arguments) {
        CommandContext context = given.forPeople();
        var root = new CaravanCommand();
        String[] words;
        try {
            words = FlagForm.translated(arguments);
        } catch (UserMistakeException e) {
            return told(context, String.valueOf(e.getMessage()), ExitCode.USAGE);
        }
        var line = new CommandLine(root);
        CommandGroup.addTo(line, context, words);
        line.getCommandSpec().version(version(context.version()));
        // Help is our own text, with colours on a terminal.
        line.setOut(new PrintWriter(given.out(), true, StandardCharsets.UTF_8));
        line.setErr(new PrintWriter(given.err(), true, StandardCharsets.UTF_8));
        line.setParameterExceptionHandler((e, all) -> misread(e));
        line.setColorScheme(CommandLine.Help.defaultColorScheme(root.ansi));
        line.setExecutionExceptionHandler((e, command, parsed) -> explain(context, e));
        return line.execute(words);
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

    private static int explain(CommandContext context, Exception e) throws Exception {
        if (e instanceof LeaseHeldException) {
            return told(context, e.getMessage() + "; `caravan restart` takes a run over", ExitCode.USAGE);
        }
        if (e instanceof UserMistakeException || e instanceof NameTakenException) {
            return told(context, String.valueOf(e.getMessage()), ExitCode.USAGE);
        }
        if (e instanceof InvalidPathException path) {
            String why = "'" + path.getInput() + "' is no path here: " + path.getReason();
            String way = ". Names outside of ASCII need a locale that has them, such as LC_ALL=C.UTF-8";
            return told(context, why + way, ExitCode.USAGE);
        }
        if (e instanceof CorruptJournalException) {
            return told(context, "the journal is damaged. " + e.getMessage(), ExitCode.USAGE);
        }
        if (e instanceof UncheckedIOException refused) {
            String why = "the disk refused: " + Disk.reason(refused);
            return told(context, why + ". Nothing is lost; mend it and go on", ExitCode.WAITING);
        }
        LoggerFactory.getLogger(CaravanCommand.class).error("this is our fault", e);
        return told(context, "this is our fault: " + e, ExitCode.FAULT);
    }

    private static int told(CommandContext context, String text, int code) {
        context.err().println("caravan: " + text);
        return code;
    }
}
