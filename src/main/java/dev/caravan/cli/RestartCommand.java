package dev.caravan.cli;

import dev.caravan.base.ProcessIdentity;
import dev.caravan.base.UserMistakeException;
import dev.caravan.lease.Lease;
import dev.caravan.lease.LeaseHeldException;
import dev.caravan.lease.LeaseHolder;
import dev.caravan.run.CommandFolder;
import dev.caravan.run.RunFolder;
import dev.caravan.run.RunStore;
import dev.caravan.run.RunSummary;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** Takes a run over from the process that is at it. */
@Command(
        name = "restart",
        description = "Go on with a run in this process: another one at it is asked to pause first, and loses nothing.")
final class RestartCommand extends ExistingRunCommand {
    private static final long LOOK_MILLIS = 200;

    @Option(names = "--force", description = "end the other process when it does not give the run back in time")
    boolean force;

    RestartCommand(CommandContext context) {
        super(context);
    }

    @Override
    public Integer call() {
        RunFolder folder = CommandContext.run(name);
        RunSummary run = summary(folder);
        takeOver(folder);
        try {
            return drive(folder, drive, run.mode(), "caravan restart " + name);
        } catch (LeaseHeldException e) {
            // A service took it up in the moment between.
            takeOver(folder);
            return drive(folder, drive, run.mode(), "caravan restart " + name);
        }
    }

    private void takeOver(RunFolder folder) {
        if (isFree(folder)) {
            return;
        }
        context.out().println("asking " + holder(folder) + " to give the run back");
        new CommandFolder(folder)
                .send(
                        CommandFolder.Verb.PAUSE,
                        actor(),
                        CommandFolder.HAND_OVER,
                        context.clock().instant());
        if (!await(folder)) {
            if (!force) {
                throw new UserMistakeException(
                        folder.root().toString(),
                        "",
                        "is still held by " + holder(folder) + " after " + drive.engine.grace
                                + " s; wait longer with --grace, or end that process with --force");
            }
            end(folder);
        }
    }

    private static String holder(RunFolder folder) {
        return Lease.holder(folder.root()).map(LeaseHolder::toString).orElse("another process");
    }

    /** The lock says so, nothing else. */
    private boolean isFree(RunFolder folder) {
        try {
            RunStore.open(folder, context.disk(), context.clock(), actor()).close();
            return true;
        } catch (LeaseHeldException e) {
            return false;
        }
    }

    private boolean await(RunFolder folder) {
        long until = System.nanoTime() + TimeUnit.SECONDS.toNanos(drive.engine.grace);
        boolean free = isFree(folder);
        while (!free && System.nanoTime() < until) {
            LockSupport.parkNanos(TimeUnit.MILLISECONDS.toNanos(LOOK_MILLIS));
            free = isFree(folder);
        }
        return free;
    }

    /** The number of a process says nothing on another machine, after a restart or in another container. */
    private void end(RunFolder folder) {
        Optional<LeaseHolder> holder = Lease.holder(folder.root());
        // Found first: should it end and another one get its number, this is still the one that was looked at.
        Optional<ProcessHandle> process = holder.flatMap(each -> ProcessHandle.of(each.pid()))
                .filter(each -> each.pid() != ProcessHandle.current().pid());
        boolean surelyHere = holder.map(LeaseHolder::process)
                .filter(each -> each.isSame(ProcessIdentity.of(each.pid())))
                .isPresent();
        if (!surelyHere) {
            throw new UserMistakeException(
                    folder.root().toString(),
                    "",
                    "is held by " + holder(folder) + ", which is not surely a process of this machine and container;"
                            + " end it there, then: caravan resume " + folder.name());
        }
        process.ifPresent(ProcessHandle::destroyForcibly);
        if (!await(folder)) {
            throw new UserMistakeException(
                    folder.root().toString(), "", "is held by a process that could not be ended: " + holder(folder));
        }
    }
}
