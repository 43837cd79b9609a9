package dev.caravan.report;

import dev.caravan.base.WorkingFolder;
import dev.caravan.run.RunFolder;
import dev.caravan.run.RunStatus;
import dev.caravan.run.RunSummary;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Collectors;

/** How a run that nobody is at goes on: what of it is out at providers meanwhile, and the command. */
public final class ResumeAdvice {
    private ResumeAdvice() {}

    /** Whether somebody has to say a word, for it will not go on by itself. */
    public static boolean isWanted(RunSummary run) {
        return run.status() == RunStatus.INTERRUPTED;
    }

    /** What is out, such as {@code 2 jobs at openai}; empty when nothing is. */
    public static String out(RunSummary run) {
        Map<String, Integer> jobs = new TreeMap<>();
        run.jobs().out().forEach(each -> jobs.merge(each.provider(), 1, Integer::sum));
        return jobs.entrySet().stream()
                .map(each -> each.getValue() + (each.getValue() == 1 ? " job" : " jobs") + " at "
                        + (each.getKey().isEmpty() ? "a provider" : each.getKey()))
                .collect(Collectors.joining(", "));
    }

    /** The command that goes on, to be typed in the working folder. */
    public static String command(RunFolder folder) {
        return "caravan resume " + argument(folder);
    }

    /** The run as an argument of a command: its name where that is found, else its folder. */
    public static String argument(RunFolder folder) {
        boolean found = WorkingFolder.path()
                .resolve("runs")
                .resolve(folder.name())
                .toAbsolutePath()
                .normalize()
                .equals(folder.root().toAbsolutePath().normalize());
        return found ? quoted(folder.name()) : quoted(folder.root().toString());
    }

    /** As a shell takes it for one word. */
    private static String quoted(String word) {
        return word.matches("[A-Za-z0-9_./:@%+,=-]+") ? word : "'" + word.replace("'", "'\\''") + "'";
    }
}
