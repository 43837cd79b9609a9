package dev.caravan.report;

import dev.caravan.base.UserMistakeException;
import dev.caravan.cost.MoneyText;
import dev.caravan.journal.CorruptJournalException;
import dev.caravan.lease.Lease;
import dev.caravan.pipeline.Pipeline;
import dev.caravan.pipeline.PipelineSnapshot;
import dev.caravan.run.RunBrief;
import dev.caravan.run.RunFacts;
import dev.caravan.run.RunFolder;
import dev.caravan.run.RunStatus;
import dev.caravan.run.RunSummary;
import dev.caravan.run.RunView;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * An earlier run of a pipeline that is not over, that nobody is at, and that a new start does not go on with: it has
 * cost something, or may yet, so whoever makes another one hears of it first.
 *
 * @param why it is not gone on with
 */
public record LeftRun(RunFolder folder, RunSummary run, String why) {

    /**
     * Looks for them.
     *
     * @param runs newest first
     * @param options digest of what the new run is asked for
     * @param service the folder of the service that may keep some of them: while it is up they go on by themselves
     */
    public static List<LeftRun> among(List<RunFolder> runs, Pipeline pipeline, String options, Path service) {
        var found = new ArrayList<LeftRun>();
        boolean served = Lease.isHeld(service);
        for (RunFolder each : runs) {
            boolean concerned = RunBrief.of(each)
                    .map(brief -> brief.pipeline().equals(pipeline.name()) && !brief.isComplete())
                    .orElse(true);
            if (concerned) {
                look(each, pipeline, options, served).ifPresent(found::add);
            }
        }
        return found;
    }

    private static Optional<LeftRun> look(RunFolder folder, Pipeline pipeline, String options, boolean served) {
        try {
            RunView view = RunView.of(folder);
            RunSummary run = view.summary();
            boolean left = run.pipeline().equals(pipeline.name()) && isOpenAndCost(run) && !goesOn(view, served);
            return left
                    ? Optional.of(new LeftRun(folder, run, why(view.state().facts(), pipeline, options)))
                    : Optional.empty();
        } catch (UserMistakeException | CorruptJournalException e) {
            // No run, or a damaged one: `ps` lists it, and whoever goes on with it is told.
            return Optional.empty();
        }
    }

    /** Whether it is not over, and has cost something or may yet. */
    private static boolean isOpenAndCost(RunSummary run) {
        if (!run.jobs().out().isEmpty()) {
            return true;
        }
        return !run.status().terminal() && (run.cost().calls() > 0 || run.cost().atRiskPicos() != 0);
    }

    /** @param served whether the service is up */
    private static boolean goesOn(RunView view, boolean served) {
        return view.held() || (served && view.state().served() && view.summary().status() != RunStatus.PAUSED);
    }

    private static String why(RunFacts facts, Pipeline pipeline, String options) {
        var why = new ArrayList<String>();
        if (!facts.digests().config().equals(PipelineSnapshot.digest(pipeline))) {
            why.add("the pipeline was edited since");
        }
        if (!facts.digests().items().equals(PipelineSnapshot.itemsDigest(pipeline))) {
            why.add("its items changed since");
        }
        if (!facts.digests().options().equals(options)) {
            why.add("it was made with other options");
        }
        return why.isEmpty() ? "another run is asked for" : String.join(" and ", why);
    }

    /** What is said of it, with the ways on. */
    public String text() {
        String out = ResumeAdvice.out(run);
        String name = ResumeAdvice.argument(folder);
        return "run " + folder.name() + " of this pipeline is " + run.status()
                + (run.reason().isEmpty() ? "" : " (" + run.reason() + ")") + " with "
                + run.progress().settled() + " of "
                + run.progress().total() + " units through, " + MoneyText.cost(run)
                + (run.simulated() ? " simulated" : "")
                + " paid so far" + (out.isEmpty() ? "" : ", " + out) + risk()
                + ". It is left as it is, for " + why + ". To go on with it as it was made: "
                + ResumeAdvice.command(folder) + ". To end it"
                + (out.isEmpty() ? "" : ", cancel its jobs and collect what they still bring") + ": caravan kill "
                + name;
    }

    private String risk() {
        return run.cost().unansweredPicos() == 0
                ? ""
                : " that may cost at most " + MoneyText.display(run.cost().unansweredPicos());
    }
}
