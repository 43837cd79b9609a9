package dev.caravan.cli;

import com.fasterxml.jackson.databind.node.ArrayNode;
import dev.caravan.base.InvalidFileException;
import dev.caravan.base.Json;
import dev.caravan.execution.RunMaker;
import dev.caravan.pipeline.Overrides;
import dev.caravan.pipeline.Pipeline;
import dev.caravan.provider.Lane;
import dev.caravan.run.Lease;
import dev.caravan.run.LeaseHeldException;
import dev.caravan.run.RunEvent;
import dev.caravan.run.RunFolder;
import dev.caravan.run.RunState;
import dev.caravan.run.RunStatus;
import dev.caravan.run.RunStore;
import dev.caravan.run.RunSummary;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Locale;
import java.util.Optional;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** The commands that make, drive and look at runs. */
final class Commands {
    private Commands() {}

    /** A command with the shop it works in. */
    abstract static class Base implements Callable<Integer> {
        final Shop shop;

        Base(Shop shop) {
            this.shop = shop;
        }

        int drive(RunFolder folder, DriveOptions drive, Lane lane, String command) {
            var screen = new Screen(shop.out(), shop.terminal(), drive.quiet || drive.json);
            Driver.End end = shop.driver().drive(folder, drive.with(lane, command), screen::progress);
            screen.progress(end.summary());
            screen.endProgress();
            screen.summary(end.summary(), folder);
            if (drive.json) {
                shop.out().println(Json.text(Screen.json(end.summary(), folder)));
            }
            if (!end.fault().isEmpty()) {
                shop.err()
                        .println("caravan: this is our fault: " + end.fault() + "; see RUN_LOG.txt and dead-letter/ in "
                                + folder.root());
                return ExitCode.FAULT;
            }
            return exit(end);
        }

        private static int exit(Driver.End end) {
            if (end.summary().status() == RunStatus.COMPLETE) {
                return end.summary().failed() == 0 ? ExitCode.DONE : ExitCode.FAILED_UNITS;
            }
            return end.interrupted() ? ExitCode.INTERRUPTED : ExitCode.WAITING;
        }

        void confirm(Pipeline pipeline, RunMaker.Options options, boolean yes, boolean quiet) {
            if (options.simulated() || yes) {
                return;
            }
            String question = "This buys answers from "
                    + pipeline.steps().get(0).provider() + " for every unit of " + pipeline.name() + ".";
            if (!shop.terminal()) {
                throw new InvalidFileException("caravan run", "--yes", "is needed: " + question);
            }
            shop.out().print(question + " Go on? [y/N] ");
            shop.out().flush();
            String answer = new java.util.Scanner(System.in, java.nio.charset.StandardCharsets.UTF_8).nextLine();
            if (!answer.strip().toLowerCase(Locale.ROOT).startsWith("y")) {
                throw new InvalidFileException(
                        "caravan run", "", "nothing was started" + (quiet ? "" : " and nothing spent"));
            }
        }
    }

    /** Makes a run, or finds the one that was broken off, and drives it to its end. */
    @Command(name = "run", description = "Run a pipeline, or go on with its newest unfinished run.")
    static final class Run extends Base {
        @Parameters(index = "0", paramLabel = "PIPELINE", description = "name under pipelines/, or a folder")
        String pipeline = "";

        @Option(names = "--mode", paramLabel = "MODE", description = "batch (half the price, default) or realtime")
        String mode = "batch";

        @Option(names = "--new", description = "start another run, whatever is unfinished")
        boolean another;

        @Option(
                names = {"--yes", "-y"},
                description = "spend without asking")
        boolean yes;

        @Mixin
        MakeOptions make = new MakeOptions();

        @Mixin
        DriveOptions drive = new DriveOptions();

        Run(Shop shop) {
            super(shop);
        }

        @Override
        public Integer call() {
            Lane lane = lane(mode);
            drive.with(lane, "");
            RunMaker.Options options = make.options();
            Pipeline read = shop.read(pipeline, options.overrides());
            var screen = new Screen(shop.out(), shop.terminal(), drive.quiet || drive.json);
            Optional<RunFolder> existing = existing(read, options);
            RunFolder folder;
            if (existing.isPresent()) {
                folder = existing.get();
                screen.say("going on with run " + folder.name());
            } else {
                confirm(read, options, yes, drive.quiet);
                folder = shop.make(read, options, target(read));
                screen.say("run " + folder.name() + ": pipeline " + read.name() + ", " + mode);
            }
            return drive(folder, drive, lane, "caravan run " + pipeline + " --mode " + mode);
        }

        private Path target(Pipeline read) {
            Path target = make.runDir.isEmpty() ? shop.fresh(read, make.name) : Path.of(make.runDir);
            if (Files.exists(target)) {
                throw new InvalidFileException(target.toString(), "", "already exists; give another name or --run-dir");
            }
            return target;
        }

        private Optional<RunFolder> existing(Pipeline read, RunMaker.Options options) {
            if (!make.runDir.isEmpty() && Files.exists(Path.of(make.runDir))) {
                return resumed(new RunFolder(Path.of(make.runDir)), read, options);
            }
            if (!make.name.isEmpty() && !another && Files.exists(Shop.runs().resolve(make.name))) {
                return resumed(new RunFolder(Shop.runs().resolve(make.name)), read, options);
            }
            return another || !make.name.isEmpty() || !make.runDir.isEmpty()
                    ? Optional.empty()
                    : shop.unfinished(read, options);
        }

        private Optional<RunFolder> resumed(RunFolder folder, Pipeline read, RunMaker.Options options) {
            RunState state = shop.state(folder);
            if (!Shop.same(state.facts(), read, options)) {
                throw new InvalidFileException(
                        folder.root().toString(),
                        "",
                        "was made from other files or options than " + read.folder()
                                + " has now: go on with it as it was" + " by `caravan watch " + folder.name()
                                + "`, or start another with --new");
            }
            return Optional.of(folder);
        }
    }

    static Lane lane(String mode) {
        return switch (mode) {
            case "batch" -> Lane.BATCH;
            case "realtime" -> Lane.REALTIME;
            default -> throw new InvalidFileException("--mode", "", "must be batch or realtime, not '" + mode + "'");
        };
    }

    /** Makes a run without starting it. */
    @Command(name = "init", description = "Make a run and start nothing.")
    static final class Init extends Base {
        @Parameters(index = "0", paramLabel = "PIPELINE")
        String pipeline = "";

        @Mixin
        MakeOptions make = new MakeOptions();

        @Option(names = "--json")
        boolean json;

        Init(Shop shop) {
            super(shop);
        }

        @Override
        public Integer call() {
            RunMaker.Options options = make.options();
            Pipeline read = shop.read(pipeline, options.overrides());
            Path target = make.runDir.isEmpty() ? shop.fresh(read, make.name) : Path.of(make.runDir);
            if (Files.exists(target)) {
                throw new InvalidFileException(target.toString(), "", "already exists; a run is made in a new folder");
            }
            RunFolder folder = shop.make(read, options, target);
            RunSummary summary = summary(shop, folder);
            shop.out()
                    .println(
                            json
                                    ? Json.text(Screen.json(summary, folder))
                                    : "made " + folder.root() + ": " + summary.units() + " units, "
                                            + summary.steps().size() + " steps");
            return ExitCode.DONE;
        }
    }

    static RunSummary summary(Shop shop, RunFolder folder) {
        RunState state = shop.state(folder);
        if (!state.created()) {
            throw new InvalidFileException(folder.root().toString(), "", "holds no run: its journal is empty");
        }
        return RunStore.summary(state);
    }

    /** Drives a run that exists. */
    abstract static class Existing extends Base {
        @Parameters(index = "0", paramLabel = "RUN", description = "name, unique prefix, or folder")
        String name = "";

        @Mixin
        DriveOptions drive = new DriveOptions();

        Existing(Shop shop) {
            super(shop);
        }

        int go(Lane lane, String command) {
            RunFolder folder = Shop.run(name);
            RunSummary before = summary(shop, folder);
            if (before.status().terminal() && before.jobsOut().isEmpty()) {
                new Screen(shop.out(), false, drive.quiet || drive.json).summary(before, folder);
                if (drive.json) {
                    shop.out().println(Json.text(Screen.json(before, folder)));
                }
                return before.status() == RunStatus.KILLED
                        ? ExitCode.WAITING
                        : before.failed() == 0 ? ExitCode.DONE : ExitCode.FAILED_UNITS;
            }
            return drive(folder, drive, lane, command + " " + name);
        }
    }

    /** Goes on with a run through the batch API. */
    @Command(name = "watch", description = "Go on with a run, through the batch API.")
    static final class Watch extends Existing {
        Watch(Shop shop) {
            super(shop);
        }

        @Override
        public Integer call() {
            return go(Lane.BATCH, "caravan watch");
        }
    }

    /** Goes on with a run at once. */
    @Command(name = "realtime", description = "Go on with a run, at once and at full price.")
    static final class Realtime extends Existing {
        Realtime(Shop shop) {
            super(shop);
        }

        @Override
        public Integer call() {
            return go(Lane.REALTIME, "caravan realtime");
        }
    }

    /** Lets a run go on for a moment. */
    @Command(name = "tick", description = "Let a run go on for a moment (--timeout, default 3s), then report as JSON.")
    static final class Tick extends Existing {
        Tick(Shop shop) {
            super(shop);
        }

        @Override
        public Integer call() {
            drive.json = true;
            drive.timeout = drive.timeout.isEmpty() ? "3s" : drive.timeout;
            return go(Lane.BATCH, "caravan tick");
        }
    }

    /** Shows a run without touching it. */
    @Command(name = "status", description = "Show how a run stands. Writes nothing.")
    static final class Status extends Base {
        @Parameters(index = "0", paramLabel = "RUN")
        String name = "";

        @Option(names = "--json")
        boolean json;

        Status(Shop shop) {
            super(shop);
        }

        @Override
        public Integer call() {
            RunFolder folder = Shop.run(name);
            RunSummary summary = summary(shop, folder);
            if (json) {
                shop.out().println(Json.text(Screen.json(summary, folder)));
            } else {
                new Screen(shop.out(), false, false).summary(summary, folder);
                Lease.holder(folder.root())
                        .filter(each -> each.seemsAlive(shop.clock().instant())
                                && !summary.status().terminal())
                        .ifPresent(each -> shop.out().println("at work " + each));
            }
            return ExitCode.DONE;
        }
    }

    /** Lists runs. */
    @Command(name = "ps", description = "List the runs in runs/.")
    static final class Ps extends Base {
        @Option(names = "--json")
        boolean json;

        Ps(Shop shop) {
            super(shop);
        }

        @Override
        public Integer call() {
            ArrayNode rows = Json.mapper().createArrayNode();
            var lines = new java.util.ArrayList<String>();
            for (RunFolder folder : Shop.allRuns()) {
                RunState state = shop.state(folder);
                if (state.created()) {
                    RunSummary run = RunStore.summary(state);
                    rows.add(Screen.json(run, folder));
                    lines.add("%-40s %-9s %-9s %7d %7d %7d %12s"
                            .formatted(
                                    run.run(),
                                    run.status(),
                                    run.mode().name().toLowerCase(Locale.ROOT),
                                    run.units(),
                                    run.done(),
                                    run.failed(),
                                    dev.caravan.execution.Amounts.display(run.settledPicos())));
                }
            }
            if (json) {
                shop.out().println(Json.text(rows));
            } else {
                shop.out()
                        .println("%-40s %-9s %-9s %7s %7s %7s %12s"
                                .formatted("run", "status", "mode", "units", "done", "failed", "cost"));
                lines.forEach(shop.out()::println);
            }
            return ExitCode.DONE;
        }
    }

    /** Checks a pipeline. */
    @Command(name = "validate-config", description = "Check a pipeline folder; every problem at once.")
    static final class ValidateConfig extends Base {
        @Parameters(index = "0", paramLabel = "PIPELINE")
        String pipeline = "";

        @Option(names = "--json")
        boolean json;

        ValidateConfig(Shop shop) {
            super(shop);
        }

        @Override
        public Integer call() {
            try {
                Pipeline read = shop.read(pipeline, Overrides.NONE);
                shop.out()
                        .println(
                                json
                                        ? "{\"valid\":true,\"problems\":[]}"
                                        : read.name() + ": " + read.steps().size() + " steps, nothing wrong");
                return ExitCode.DONE;
            } catch (InvalidFileException e) {
                if (!json) {
                    throw e;
                }
                var node = Json.object().put("valid", false);
                node.set("problems", Json.mapper().valueToTree(e.problems()));
                shop.out().println(Json.text(node));
                return ExitCode.USAGE;
            }
        }
    }

    /** Asks the process that holds a run for something, or does it when none does. */
    abstract static class Ask extends Existing {
        private final dev.caravan.run.Commands.Verb verb;

        Ask(Shop shop, dev.caravan.run.Commands.Verb verb) {
            super(shop);
            this.verb = verb;
        }

        @Override
        public Integer call() {
            RunFolder folder = Shop.run(name);
            RunSummary before = summary(shop, folder);
            if (before.status().terminal() && before.jobsOut().isEmpty()) {
                throw new InvalidFileException(
                        folder.root().toString(),
                        "",
                        "is over; there is nothing to " + verb.name().toLowerCase(Locale.ROOT));
            }
            String actor = System.getProperty("user.name", "someone");
            try (RunStore store = RunStore.open(folder, shop.disk(), shop.clock(), actor)) {
                if (verb == dev.caravan.run.Commands.Verb.PAUSE) {
                    store.recordAndWait(new RunEvent.RunPaused("asked", "by " + actor));
                } else if (!before.status().terminal()) {
                    store.recordAndWait(new RunEvent.RunKilled("by " + actor));
                }
            } catch (LeaseHeldException e) {
                new dev.caravan.run.Commands(folder)
                        .send(verb, actor, shop.clock().instant());
                shop.out().println("asked for " + verb.name().toLowerCase(Locale.ROOT) + " of " + folder.name());
                return ExitCode.DONE;
            }
            if (!before.jobsOut().isEmpty() && verb == dev.caravan.run.Commands.Verb.KILL) {
                return drive(folder, drive, before.mode(), "caravan kill " + name) == ExitCode.FAULT
                        ? ExitCode.FAULT
                        : ExitCode.DONE;
            }
            new Screen(shop.out(), false, false).summary(summary(shop, folder), folder);
            return ExitCode.DONE;
        }
    }

    /** Pauses a run. */
    @Command(name = "pause", description = "Pause a run; its jobs stay at the provider.")
    static final class Pause extends Ask {
        Pause(Shop shop) {
            super(shop, dev.caravan.run.Commands.Verb.PAUSE);
        }
    }

    /** Kills a run. */
    @Command(
            name = "kill",
            description = "End a run for good; its jobs are cancelled, and what they answered is booked.")
    static final class Kill extends Ask {
        Kill(Shop shop) {
            super(shop, dev.caravan.run.Commands.Verb.KILL);
        }
    }

    /** Serves the simulator. */
    @Command(name = "simulate", description = "Serve the simulated provider on 127.0.0.1 until stopped.")
    static final class Simulate extends Base {
        @Option(names = "--port", paramLabel = "P", description = "port of the OpenAI wire (default: a free one)")
        int port;

        @Option(names = "--state", paramLabel = "DIR", description = "where files, jobs and bill lie")
        String state = "runs/.simulator/served";

        @Option(names = "--seed", description = "of answers and faults (default 1)")
        long seed = 1;

        @Option(names = "--faults", description = "misbehaviour, such as brokenJson=0.05,missingRow=0.01,latency=5..20")
        String faults = "";

        @Option(names = "--job-millis", description = "how long a batch job takes (default 1000)")
        long jobMillis = 1000;

        Simulate(Shop shop) {
            super(shop);
        }

        @Override
        public Integer call() {
            return shop.driver().simulate(port, state, seed, faults, jobMillis, shop.out()::println);
        }
    }
}
