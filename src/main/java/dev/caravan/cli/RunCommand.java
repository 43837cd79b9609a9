package dev.caravan.cli;

import dev.caravan.base.PlainText;
import dev.caravan.base.UserMistakeException;
import dev.caravan.cost.CapCheck;
import dev.caravan.cost.ModelNames;
import dev.caravan.pipeline.Pipeline;
import dev.caravan.pipeline.RunOptions;
import dev.caravan.provider.Lane;
import dev.caravan.report.LeftRun;
import dev.caravan.run.NameTakenException;
import dev.caravan.run.PauseReason;
import dev.caravan.run.RunEvent;
import dev.caravan.run.RunFolder;
import dev.caravan.run.RunState;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** Makes a run, or finds the one that was broken off, and drives it to its end. */
@Command(name = "run", description = "Run a pipeline, or go on with its newest unfinished run.")
final class RunCommand extends RunsCommand {
    private static final int MOST_LEFT = 3;

    @Parameters(index = "0", paramLabel = "PIPELINE", description = "name under pipelines/, or a folder")
    String pipeline = "";

    @Option(
            names = "--mode",
            paramLabel = "MODE",
            description = "batch (half the price, default where every provider takes batches) or realtime")
    @Nullable String mode;

    @Option(names = "--new", description = "start another run, whatever is unfinished")
    boolean another;

    @Option(
            names = {"--yes", "-y"},
            description = "spend without asking")
    boolean yes;

    @Option(names = "--dry-run", paramLabel = "N", description = "render N prompts and stop: nothing is called or made")
    @Nullable Integer dryRun;

    @Mixin
    MakeOptions make = new MakeOptions();

    @Mixin
    DriveOptions drive = new DriveOptions();

    RunCommand(CommandContext context) {
        super(context);
    }

    @Override
    public Integer call() {
        Lane wanted = mode == null ? null : lane(mode);
        drive.with(Lane.BATCH, "");
        RunOptions asked = make.options();
        Pipeline read = context.read(pipeline, asked.overrides());
        RunOptions options = asked.on(read);
        if (dryRun != null) {
            return new DryRun(context, read, drive.json).render(read, dryRun);
        }
        try {
            return go(read, options, wanted);
        } finally {
            context.driver().close();
        }
    }

    private int go(Pipeline read, RunOptions options, @Nullable Lane wanted) {
        var screen = new RunScreen(context, context.terminal(), drive.quiet || drive.json);
        RunDriver.Options engine = drive.with(Lane.BATCH, "");
        Optional<RunFolder> existing = existing(read, options);
        if (existing.isEmpty()) {
            context.check(read);
            context.driver().checkRoutes(read);
        }
        Lane lane = lane(read, options, wanted, engine);
        String mode = lane.word();
        RunFolder folder = existing.isPresent()
                ? goingOn(existing.get(), screen)
                : make(read, options, bought(read, options, lane, engine, screen), mode, screen);
        String command = "caravan run " + pipeline + " --mode " + mode;
        if (waitsForWord(folder) && !goesOn(folder)) {
            return ExitCode.WAITING;
        }
        int code = drive(folder, drive, lane, command);
        return waitsForWord(folder) && goesOn(folder) ? drive(folder, drive, lane, command) : code;
    }

    private Lane lane(Pipeline read, RunOptions options, @Nullable Lane wanted, RunDriver.Options engine) {
        RunDriver.Way way = context.driver().way(read, wanted, options.simulated(), engine);
        if (!way.why().isEmpty()) {
            context.err().println("caravan: " + PlainText.line(way.why()) + ": it is asked in realtime, at full price");
        }
        return way.lane();
    }

    private static RunFolder goingOn(RunFolder folder, RunScreen screen) {
        if (!summary(folder).status().terminal()) {
            screen.say("going on with run " + folder.name());
        }
        return folder;
    }

    /**
     * Everything that has to hold before a run is made, and somebody's word on what it will cost.
     *
     * @return what its journal begins with
     */
    private List<RunEvent> bought(
            Pipeline read, RunOptions options, Lane lane, RunDriver.Options engine, RunScreen screen) {
        tellLeft(read, options);
        if (drive.capPicos() >= 0) {
            CapCheck.check(read, context.kinds(), context.registry(), lane, drive.capPicos());
        }
        // Who is not asked, for nobody sits there, hears the sum first: he needs no key for it.
        if (yes || context.terminal()) {
            context.driver().check(read, options.simulated());
        }
        if (!options.simulated()) {
            checkModels(ModelNames.of(read, context.kinds()));
        }
        List<RunEvent> told = told(confirm(read, options, lane, drive.capPicos(), yes, screen));
        context.driver().check(read, options.simulated());
        context.driver().open(read, lane, engine);
        return told;
    }

    /** Of earlier runs that cost money and are not gone on with, before anybody agrees to pay for another. */
    private void tellLeft(Pipeline read, RunOptions options) {
        List<LeftRun> left = LeftRun.among(CommandContext.allRuns(), read, options.digest(), CommandContext.service());
        left.stream().limit(MOST_LEFT).forEach(each -> context.err().println("caravan: " + each.text()));
        if (left.size() > MOST_LEFT) {
            context.err()
                    .println("caravan: " + (left.size() - MOST_LEFT) + " more runs of this pipeline are left likewise;"
                            + " `caravan ps` lists them");
        }
    }

    /** The cap is the run's from its making on: who goes on after a crash need not say it again. */
    private List<RunEvent> told(@Nullable RunEvent word) {
        var told = new ArrayList<RunEvent>();
        if (word != null) {
            told.add(word);
        }
        if (drive.capPicos() >= 0) {
            told.add(new RunEvent.CapSet(drive.capPicos()));
        }
        return told;
    }

    /** Of two that start at once one makes the run; the other goes on with it, or takes another name. */
    private RunFolder make(Pipeline read, RunOptions options, List<RunEvent> told, String mode, RunScreen screen) {
        while (true) {
            try {
                RunFolder made = context.make(read, options, target(read, options), told);
                screen.say("run " + made.name() + ": pipeline " + read.name() + ", " + mode);
                return made;
            } catch (NameTakenException e) {
                Optional<RunFolder> faster = existing(read, options);
                if (faster.isPresent()) {
                    screen.say("going on with run " + faster.get().name() + ", which somebody made just now");
                    return faster.get();
                }
                if (!make.named().isEmpty()) {
                    throw e;
                }
            }
        }
    }

    private boolean waitsForWord(RunFolder folder) {
        RunState state = context.state(folder);
        return state.pilotOver() && PauseReason.PILOT.is(state.reason());
    }

    /** A pilot is through: whether somebody lets the rest of the run spend. */
    private boolean goesOn(RunFolder folder) {
        if (yes) {
            return true;
        }
        if (context.terminal() && !drive.json) {
            context.out().println("pilot   " + summary(folder).detail());
            return asked("Go on with the rest?");
        }
        context.err().println("caravan: the pilot is through; go on with: caravan resume " + folder.name());
        return false;
    }

    /** @throws NameTakenException where somebody made just now what we are to go on with */
    private Path target(Pipeline read, RunOptions options) {
        Path target = make.runDir.isEmpty() ? context.fresh(read, make.name) : Path.of(make.runDir);
        if (Files.exists(target) && existing(read, options).isPresent()) {
            throw new NameTakenException(target);
        }
        if (Files.exists(target)) {
            throw new UserMistakeException(target.toString(), "", "already exists; give another name or --run-dir");
        }
        return target;
    }

    private Optional<RunFolder> existing(Pipeline read, RunOptions options) {
        if (!make.runDir.isEmpty() && Files.exists(Path.of(make.runDir))) {
            return resumed(new RunFolder(Path.of(make.runDir)), read, options);
        }
        if (!make.name.isEmpty()
                && !another
                && Files.exists(CommandContext.runs().resolve(make.name))) {
            return resumed(new RunFolder(CommandContext.runs().resolve(make.name)), read, options);
        }
        return another || !make.name.isEmpty() || !make.runDir.isEmpty()
                ? Optional.empty()
                : context.unfinished(read, options);
    }

    private Optional<RunFolder> resumed(RunFolder folder, Pipeline read, RunOptions options) {
        RunState state = context.state(folder);
        if (!CommandContext.same(state.facts(), read, options)) {
            throw new UserMistakeException(
                    folder.root().toString(),
                    "",
                    "was made from other files or options than " + read.folder()
                            + " has now: go on with it as it was" + " by `caravan watch " + folder.name()
                            + "`, or start another with --new");
        }
        return Optional.of(folder);
    }
}
