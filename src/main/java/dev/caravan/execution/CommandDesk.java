package dev.caravan.execution;

import dev.caravan.operator.GivenApproval;
import dev.caravan.operator.OperatorCommands;
import dev.caravan.operator.StatedUsage;
import dev.caravan.run.CommandFolder;
import dev.caravan.run.RunEvent;
import dev.caravan.run.RunStatus;
import java.util.Map;
import java.util.TreeMap;

/** Carries out what other processes ask of the one that holds a run. */
final class CommandDesk {
    private final LiveRun run;
    private final CommandFolder commands;

    CommandDesk(LiveRun run) {
        this.run = run;
        commands = new CommandFolder(run.folder());
    }

    /** A pause that an earlier holder never saw is over with the start. */
    void obey(boolean starting) {
        for (CommandFolder.Command each : commands.waiting()) {
            boolean stale = each.time().isBefore(run.store().heldSince());
            if (each.verb() == CommandFolder.Verb.PAUSE && starting && !stale) {
                continue;
            }
            run.log().log("INFO", each.verb() + " asked for by " + each.actor());
            switch (each.verb()) {
                case PAUSE -> {
                    boolean handOver = each.text().equals(CommandFolder.HAND_OVER);
                    if (!stale) {
                        run.pause("asked", OperatorCommands.by(each.actor(), handOver ? "" : each.text()));
                    }
                    if (!stale && handOver) {
                        run.giveBack();
                    }
                }
                case KILL -> {
                    if (!run.is(RunStatus.KILLED)) {
                        run.kill(OperatorCommands.by(each.actor(), each.text()));
                    }
                }
                case APPROVE, REJECT -> word(each);
                case NAME -> run.store().recordAndWait(new RunEvent.RunNamed(each.text()));
                case SETTLE -> settle(each);
                case THREADS -> threads();
            }
            commands.done(each);
        }
    }

    /** A word that came too late, or on another packet, counts for nothing. */
    private void word(CommandFolder.Command command) {
        String trouble = GivenApproval.say(run.store(), GivenApproval.Word.of(command));
        if (!trouble.isEmpty()) {
            run.log().log("WARN", command.verb() + " by " + command.actor() + " was not taken: the run " + trouble);
        }
    }

    /** What was settled meanwhile, or is no word, changes nothing. */
    private void settle(CommandFolder.Command command) {
        String trouble = StatedUsage.say(run.store(), StatedUsage.of(command));
        if (!trouble.isEmpty()) {
            run.log().log("WARN", "SETTLE by " + command.actor() + " was not taken: " + trouble);
        }
    }

    /** What every thread of the process is at, one line each. */
    void threads() {
        var stacks = new TreeMap<String, StackTraceElement[]>();
        for (Map.Entry<Thread, StackTraceElement[]> each :
                Thread.getAllStackTraces().entrySet()) {
            Thread thread = each.getKey();
            stacks.put(thread.getName() + " (" + thread.getState() + ")", each.getValue());
        }
        stacks.forEach((name, stack) -> {
            var line = new StringBuilder(name).append(':');
            for (StackTraceElement frame : stack) {
                line.append(' ').append(frame).append(';');
            }
            run.log().log("THREAD", line.toString());
        });
        run.log().flush();
    }
}
