package dev.caravan.cli;

import dev.caravan.base.Json;
import dev.caravan.base.PlainText;
import dev.caravan.base.SystemUser;
import dev.caravan.base.UserMistakeException;
import dev.caravan.cost.CapCheck;
import dev.caravan.cost.ModelNames;
import dev.caravan.estimate.CostWords;
import dev.caravan.estimate.Estimate;
import dev.caravan.estimate.Estimator;
import dev.caravan.estimate.PromptCounter;
import dev.caravan.operator.GivenApproval;
import dev.caravan.pipeline.Pipeline;
import dev.caravan.pipeline.RunOptions;
import dev.caravan.pipeline.Step;
import dev.caravan.pipeline.StepGrammar;
import dev.caravan.provider.Lane;
import dev.caravan.report.ResumeAdvice;
import dev.caravan.report.RunJson;
import dev.caravan.run.CommandFolder;
import dev.caravan.run.RunEvent;
import dev.caravan.run.RunFolder;
import dev.caravan.run.RunState;
import dev.caravan.run.RunStatus;
import dev.caravan.run.RunSummary;
import dev.caravan.run.RunView;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.Scanner;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;

/** A command with the context it works in. */
abstract class RunsCommand implements Callable<Integer> {
    /** Units whose prompts are rendered when somebody waits for the question. */
    private static final int QUICK_SAMPLE = 40;

    final CommandContext context;

    RunsCommand(CommandContext context) {
        this.context = context;
    }

    int drive(RunFolder folder, DriveOptions drive, Lane lane, String command) {
        // What makes no sense is told also where there is nothing left to do.
        RunDriver.Options options = drive.with(lane, command);
        var screen = new RunScreen(context, context.terminal(), drive.quiet || drive.json);
        RunSummary before = summary(folder);
        if (before.status().terminal() && before.jobs().out().isEmpty()) {
            show(screen, before, folder, drive.json);
            return isOver(screen, before, folder);
        }
        // A word that was left for a holder that is gone is carried out by the next one.
        if (context.state(folder).waitsForApproval() && !GivenApproval.isLeft(new CommandFolder(folder))) {
            complain(folder.name() + " waits for approval, and nothing goes on before: caravan approve " + folder.name()
                    + ", or: caravan reject " + folder.name() + " --reason TEXT");
            return ExitCode.WAITING;
        }
        checkCap(folder, drive, lane);
        tellMoved(folder);
        RunDriver.End end = context.driver().drive(folder, options, screen::progress);
        screen.progress(end.summary());
        screen.endProgress();
        show(screen, end.taken() ? end.summary() : summary(folder), folder, drive.json);
        return end.fault().isEmpty() && !end.taken() && !end.disk() ? exit(end) : broken(end, folder);
    }

    private void show(RunScreen screen, RunSummary run, RunFolder folder, boolean json) {
        screen.summary(run, folder);
        if (json) {
            context.data().println(Json.text(RunJson.of(run, folder)));
        }
    }

    private static int isOver(RunScreen screen, RunSummary run, RunFolder folder) {
        screen.say(over(run, folder));
        if (run.status() == RunStatus.KILLED) {
            return ExitCode.WAITING;
        }
        return whole(run) ? ExitCode.DONE : ExitCode.FAILED_UNITS;
    }

    /** Tells why driving broke off, and what to do about it. */
    private int broken(RunDriver.End end, RunFolder folder) {
        if (end.taken()) {
            complain(end.fault() + ". Nothing more was sent; what was out is at the provider. Put it back as it was,"
                    + " then: caravan resume " + folder.name());
            return ExitCode.WAITING;
        }
        if (end.disk()) {
            complain("the disk refused: " + end.fault() + ". The run stopped where it was and nothing is lost; mend the"
                    + " disk, then: caravan resume " + folder.name());
            return ExitCode.WAITING;
        }
        complain("this is our fault: " + end.fault() + "; see RUN_LOG.txt and dead-letter/ in " + folder.root());
        return ExitCode.FAULT;
    }

    private void complain(String text) {
        context.err().println("caravan: " + text);
    }

    /** Why nothing is done with a run that is over, and what could be. */
    private static String over(RunSummary run, RunFolder folder) {
        boolean complete = run.status() == RunStatus.COMPLETE;
        return "nothing to do: run " + folder.name() + (complete ? " is complete" : " was killed")
                + (complete && run.progress().failed() > 0
                        ? "; its failed units get another chance by: caravan retry-failures "
                                + ResumeAdvice.argument(folder)
                        : complete ? "" : ", and a killed run does not go on");
    }

    /** Who sends calls and keys elsewhere than usual shall see it each time. */
    private void tellMoved(RunFolder folder) {
        if (context.state(folder).facts().simulated()) {
            return;
        }
        List<String> asked = context.snapshots(folder).get(0).steps().stream()
                .filter(each -> StepGrammar.of(context.kinds(), each).manner().asksProvider())
                .map(Step::provider)
                .toList();
        context.registry().moved(asked).forEach(each -> context.err().println("caravan: " + each));
    }

    private void checkCap(RunFolder folder, DriveOptions drive, Lane lane) {
        RunState state = context.state(folder);
        long cap = drive.capPicos() == RunDriver.AS_IT_WAS ? state.capPicos() : drive.capPicos();
        if (cap >= 0) {
            CapCheck.check(context.snapshots(folder).get(0), context.kinds(), context.registry(), lane, cap);
        }
    }

    /** Refuses models that their provider says it does not have, before anything is made or spent. */
    void checkModels(List<ModelNames.Named> named) {
        new ModelNames(context.registry())
                .check("models", named, this::listed, why -> context.err().println("caravan: " + PlainText.line(why)));
    }

    private ModelNames.Listed listed(String provider) {
        try {
            return context.driver().models(provider);
        } catch (UserMistakeException e) {
            return new ModelNames.Listed(List.of(), e.problems().get(0).toString());
        }
    }

    private static int exit(RunDriver.End end) {
        if (end.summary().status() == RunStatus.COMPLETE) {
            return whole(end.summary()) ? ExitCode.DONE : ExitCode.FAILED_UNITS;
        }
        return end.interrupted() ? ExitCode.INTERRUPTED : ExitCode.WAITING;
    }

    private static boolean whole(RunSummary run) {
        return run.progress().failed() == 0 && run.failedTasks() == 0;
    }

    /**
     * Has somebody agree to what a run will cost before it is made.
     *
     * @param cap most that it may cost, in pico-dollars; below 0 for none
     * @return who agreed, and to what; null where nothing is bought
     */
    RunEvent.@Nullable CostApproved confirm(
            Pipeline pipeline, RunOptions options, Lane lane, long cap, boolean yes, RunScreen screen) {
        Optional<String> provider = provider(pipeline);
        if (options.simulated() || provider.isEmpty()) {
            return null;
        }
        Estimate estimate = estimate(pipeline, options, lane);
        String cost = CostWords.sum(estimate, options.pilot(), cap);
        if (yes) {
            screen.say("cost    " + cost);
            return approved(actor() + " by --yes", estimate);
        }
        String question = "This buys answers from " + provider.get() + " for every unit of " + pipeline.name() + ": "
                + cost + ".";
        if (!context.terminal()) {
            throw new UserMistakeException("caravan run", "--yes", "is needed: " + question);
        }
        if (!asked(question + " Go on?")) {
            throw new UserMistakeException("caravan run", "", "nothing was started and nothing spent");
        }
        return approved(actor(), estimate);
    }

    /**
     * What has to be asked of a run that is made and not started: it waits for approval then.
     *
     * @return null where nothing is bought
     */
    @Nullable RunEvent question(Pipeline pipeline, RunOptions options, boolean yes) {
        Optional<String> provider = provider(pipeline);
        if (options.simulated() || provider.isEmpty()) {
            return null;
        }
        // Nobody said yet how it will be driven: this is the dearer way.
        Estimate estimate = estimate(pipeline, options, Lane.REALTIME);
        if (yes) {
            return approved(actor() + " by --yes", estimate);
        }
        return new RunEvent.ApprovalAsked(
                estimate.units() + " units at " + provider.get() + ": in realtime "
                        + CostWords.sum(estimate, options.pilot(), -1),
                CostWords.outlook(estimate));
    }

    private Optional<String> provider(Pipeline pipeline) {
        return pipeline.steps().stream()
                .filter(each -> StepGrammar.of(context.kinds(), each).manner().asksProvider())
                .map(Step::provider)
                .findFirst();
    }

    private Estimate estimate(Pipeline pipeline, RunOptions options, Lane lane) {
        return new Estimator(context.registry(), context.kinds(), CommandContext.allRuns(), PromptCounter.NOBODY)
                .estimate(pipeline, options, lane, QUICK_SAMPLE);
    }

    private static RunEvent.CostApproved approved(String who, Estimate estimate) {
        return new RunEvent.CostApproved(
                who, estimate.first().expected(), estimate.first().high());
    }

    static Lane lane(String mode) {
        return switch (mode) {
            case "batch" -> Lane.BATCH;
            case "realtime" -> Lane.REALTIME;
            default -> throw new UserMistakeException("--mode", "", "must be batch or realtime, not '" + mode + "'");
        };
    }

    /** Whether whoever sits at the terminal says yes. */
    boolean asked(String question) {
        context.out().print(question + " [y/N] ");
        context.out().flush();
        var answers = new Scanner(context.in(), StandardCharsets.UTF_8);
        return answers.hasNextLine()
                && answers.nextLine().strip().toLowerCase(Locale.ROOT).startsWith("y");
    }

    /** Who asks, for the journal. */
    static String actor() {
        return SystemUser.name();
    }

    /** A person's word that goes into the journal: its text without blanks around it, if it can be one. */
    static String word(String command, String option, String text, int longest) {
        String clean = text.strip();
        if (clean.isEmpty() || clean.length() > longest || clean.chars().anyMatch(Character::isISOControl)) {
            throw new UserMistakeException(
                    command, option, "must be 1 to " + longest + " characters without line breaks");
        }
        return clean;
    }

    /** A run as it is shown. */
    static RunSummary summary(RunFolder folder) {
        return RunView.of(folder).summary();
    }
}
