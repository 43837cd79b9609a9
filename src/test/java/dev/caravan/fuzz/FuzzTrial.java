package dev.caravan.fuzz;

import dev.caravan.base.Mutations;
import dev.caravan.testing.CommandResult;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** One trial of a fuzzer: what was changed, what came of it, and what of that was wrong. */
final class FuzzTrial {
    private static final Pattern TRACE =
            Pattern.compile("(?m)^\\s+at [\\w.$/]+\\(|\\b(java|dev|org)(\\.\\w+)+(Exception|Error)\\b");
    private static final Pattern CAUSE = Pattern.compile("\\w+(Exception|Error)\\b");
    private static final int LONGEST_SAID = 600;

    private final long seed;
    private final Path folder;
    private final Mutations mutations;
    private final List<String> changes = new ArrayList<>();
    private final List<Wrong> wrongs = new ArrayList<>();
    private final List<String> steps = new ArrayList<>();
    private String outcome = "?";

    /**
     * Something that must not be.
     *
     * @param kind in a few words, the same for faults that are alike
     */
    record Wrong(String kind, String detail) {}

    /** @param folder its own; it is kept when something was wrong */
    FuzzTrial(long seed, Path folder) {
        this.seed = seed;
        this.folder = folder;
        mutations = new Mutations(seed);
    }

    long seed() {
        return seed;
    }

    Path folder() {
        return folder;
    }

    Mutations mutations() {
        return mutations;
    }

    synchronized void changed(Object change) {
        changes.add(String.valueOf(change));
    }

    synchronized List<String> changes() {
        return List.copyOf(changes);
    }

    synchronized void wrong(String kind, String detail) {
        wrongs.add(new Wrong(kind, detail));
    }

    synchronized List<Wrong> wrongs() {
        return List.copyOf(wrongs);
    }

    /** What a trial has come to, for the figures. */
    synchronized void ends(String how) {
        outcome = how;
    }

    synchronized String outcome() {
        return outcome;
    }

    synchronized List<String> steps() {
        return List.copyOf(steps);
    }

    /** Notes a command and holds it to what every command owes. */
    CommandResult check(CommandResult said, String... arguments) {
        String name = arguments[0];
        synchronized (this) {
            steps.add(String.join(" ", Arrays.asList(arguments)).replace(folder.toString(), "…") + " → " + said.code());
        }
        if (said.code() < 0 || said.code() > 3) {
            String why = brief(said.err().isBlank() ? said.out() : said.err());
            wrong("exit " + said.code() + " of " + name + ", " + cause(why), why);
        } else if (TRACE.matcher(said.err()).find()) {
            wrong("talk of Java in " + name, brief(said.err()));
        } else if (said.code() >= 2 && said.all().isBlank()) {
            wrong("no word from " + name, "exit " + said.code());
        }
        return said;
    }

    /** The first exception that a text names. */
    static String cause(String text) {
        Matcher cause = CAUSE.matcher(text);
        return cause.find() ? cause.group() : "no cause";
    }

    static String brief(String text) {
        String line = text.strip().replaceAll("\\s*\n\\s*", " ¶ ").replaceAll("\\p{Cntrl}", "·");
        return line.length() > LONGEST_SAID ? line.substring(0, LONGEST_SAID) + "…" : line;
    }
}
