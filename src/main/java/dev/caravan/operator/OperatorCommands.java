package dev.caravan.operator;

import dev.caravan.base.Disk;
import dev.caravan.base.UserMistakeException;
import dev.caravan.lease.LeaseHeldException;
import dev.caravan.run.CommandFolder;
import dev.caravan.run.PauseReason;
import dev.caravan.run.RunEvent;
import dev.caravan.run.RunFolder;
import dev.caravan.run.RunLog;
import dev.caravan.run.RunState;
import dev.caravan.run.RunStore;
import dev.caravan.run.RunSummary;
import java.time.Clock;

/**
 * What people ask of a run that is there: carried out at once where nobody holds it, else told to whoever does.
 *
 * @param actor who asks, for the journal
 */
public record OperatorCommands(Disk disk, Clock clock, String actor) {
    private static final int LONGEST_ACTOR = 100;
    private static final int LONGEST_REASON = 500;

    /**
     * Pauses or kills a run.
     *
     * @param reason of theirs, or empty
     * @return false when its holder was told, and does it in a moment
     * @throws UserMistakeException when it is over
     */
    public boolean stop(RunFolder folder, CommandFolder.Verb verb, String reason) {
        RunState before = RunStore.read(folder);
        boolean over = before.status().terminal();
        if (over && RunSummary.jobs(before).isEmpty()) {
            throw new UserMistakeException(folder.root().toString(), "", "is over; there is nothing to " + verb.word());
        }
        String by = by(actor, reason);
        try (RunStore store = RunStore.open(folder, disk, clock, actor)) {
            if (!over) {
                store.recordAndWait(
                        verb == CommandFolder.Verb.PAUSE
                                ? new RunEvent.RunPaused(PauseReason.ASKED.word(), by)
                                : new RunEvent.RunKilled(by));
            }
            return true;
        } catch (LeaseHeldException e) {
            // A holder gives the run away at these words, which nobody asked for here.
            String text = reason.equals(CommandFolder.HAND_OVER) ? "" : reason;
            new CommandFolder(folder).send(verb, actor, text, clock.instant());
            return false;
        }
    }

    public static String by(String actor, String reason) {
        return RunLog.clean("by " + actor + (reason.isEmpty() ? "" : ": " + reason));
    }

    /**
     * Says the word that a run waits for.
     *
     * @return false when its holder was told, and does it in a moment
     * @throws UserMistakeException when it counts for nothing there
     */
    public boolean decide(RunFolder folder, GivenApproval.Word word) {
        RunState before = RunStore.read(folder);
        check(folder, GivenApproval.trouble(before, word));
        GivenApproval.Word meant = word.on(before);
        try (RunStore store = RunStore.open(folder, disk, clock, actor)) {
            check(folder, GivenApproval.say(store, meant));
            return true;
        } catch (LeaseHeldException e) {
            CommandFolder.Verb verb = word.approved() ? CommandFolder.Verb.APPROVE : CommandFolder.Verb.REJECT;
            new CommandFolder(folder).send(verb, actor, meant.text(), clock.instant());
            return false;
        }
    }

    /**
     * Says what replies cost that told no usage.
     *
     * @return false when its holder was told, and does it in a moment
     * @throws UserMistakeException when it cannot be taken
     */
    public boolean settle(RunFolder folder, StatedUsage word) {
        String trouble = StatedUsage.trouble(RunStore.read(folder), word);
        if (trouble.isEmpty()) {
            try (RunStore store = RunStore.open(folder, disk, clock, actor)) {
                trouble = StatedUsage.say(store, word);
            } catch (LeaseHeldException e) {
                new CommandFolder(folder).send(CommandFolder.Verb.SETTLE, actor, word.text(), clock.instant());
                return false;
            }
        }
        if (!trouble.isEmpty()) {
            throw new UserMistakeException(folder.root().toString(), "", trouble);
        }
        return true;
    }

    private static void check(RunFolder folder, String trouble) {
        if (!trouble.isEmpty()) {
            throw new UserMistakeException(
                    folder.root().toString(),
                    "",
                    trouble + "; `caravan status " + folder.name() + "` says how it stands");
        }
    }

    /** Who asks, if it can go into the journal. */
    public static String actor(String command, String option, String text) {
        return word(command, option, text, LONGEST_ACTOR);
    }

    /** Why, if it can go into the journal. */
    public static String reason(String command, String option, String text) {
        return word(command, option, text, LONGEST_REASON);
    }

    private static String word(String command, String option, String text, int longest) {
        String clean = text.strip();
        if (clean.isEmpty() || clean.length() > longest || clean.chars().anyMatch(Character::isISOControl)) {
            throw new UserMistakeException(
                    command, option, "must be 1 to " + longest + " characters without line breaks");
        }
        return clean;
    }
}
