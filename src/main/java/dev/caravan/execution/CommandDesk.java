package dev.caravan.execution;

import dev.caravan.operator.GivenApproval;
import dev.caravan.operator.OperatorCommands;
import dev.caravan.operator.StatedUsage;
import dev.caravan.run.CommandFolder;
import dev.caravan.run.PauseReason;
import dev.caravan.run.RunEvent;
import dev.caravan.run.RunLog;
import dev.caravan.run.RunStatus;
import dev.caravan.run.RunStore;

/** Carries out what other processes ask of the one that holds a run. */
final class CommandDesk {
    private final RunStore store;
    private final RunLog log;
    private final RunControl control;
    private final JobWatch watch;
    private final CommandFolder commands;

    CommandDesk(RunStore store, RunLog log, RunControl control, JobWatch watch) {
        this.store = store;
        this.log = log;
        this.control = control;
        this.watch = watch;
        commands = new CommandFolder(store.folder());
    }

    /** A pause that an earlier holder never saw is over with the start. */
    void obey(boolean starting) {
        for (CommandFolder.Command each : commands.waiting()) {
            boolean stale = each.time().isBefore(store.heldSince());
            if (each.verb() == CommandFolder.Verb.PAUSE && starting && !stale) {
                continue;
            }
            log.log("INFO", each.verb() + " asked for by " + each.actor());
            carryOut(each, stale);
            commands.done(each);
        }
    }

    /** @param stale whether it was meant for an earlier holder: a pause is over then */
    private void carryOut(CommandFolder.Command command, boolean stale) {
        switch (command.verb()) {
            case PAUSE -> {
                if (!stale) {
                    pause(command);
                }
            }
            case KILL -> kill(command);
            case APPROVE, REJECT -> word(command);
            case NAME -> store.recordAndWait(new RunEvent.RunNamed(command.text()));
            case SETTLE -> settle(command);
            case THREADS -> ThreadDump.write(log);
        }
    }

    private void pause(CommandFolder.Command command) {
        boolean handOver = command.text().equals(CommandFolder.HAND_OVER);
        control.pause(PauseReason.ASKED, OperatorCommands.by(command.actor(), handOver ? "" : command.text()));
        if (handOver) {
            control.giveBack();
        }
    }

    private void kill(CommandFolder.Command command) {
        if (store.summary().status() != RunStatus.KILLED) {
            control.kill(OperatorCommands.by(command.actor(), command.text()));
            watch.hurry();
        }
    }

    /** A word that came too late, or on another packet, counts for nothing. */
    private void word(CommandFolder.Command command) {
        String trouble = GivenApproval.say(store, GivenApproval.Word.of(command));
        if (!trouble.isEmpty()) {
            log.log("WARN", command.verb() + " by " + command.actor() + " was not taken: the run " + trouble);
        }
    }

    /** What was settled meanwhile, or is no word, changes nothing. */
    private void settle(CommandFolder.Command command) {
        String trouble = StatedUsage.say(store, StatedUsage.of(command));
        if (!trouble.isEmpty()) {
            log.log("WARN", "SETTLE by " + command.actor() + " was not taken: " + trouble);
        }
    }
}
