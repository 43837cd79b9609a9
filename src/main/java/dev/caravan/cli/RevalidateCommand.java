package dev.caravan.cli;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.caravan.base.Json;
import dev.caravan.base.Problems;
import dev.caravan.base.UserMistakeException;
import dev.caravan.pipeline.Pipeline;
import dev.caravan.pipeline.PipelineSnapshot;
import dev.caravan.repair.Revalidation;
import dev.caravan.run.RunFacts;
import dev.caravan.run.RunFolder;
import java.util.Collection;
import java.util.TreeSet;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** Judges failed units' stored answers by the rules of today. */
@Command(
        name = "revalidate",
        description = "Judge stored answers of failed units by the pipeline's schemas and rules as they are now."
                + " Buys nothing; `resume` goes on with what holds.")
final class RevalidateCommand extends RunsCommand {
    @Parameters(index = "0", paramLabel = "RUN", description = "name, unique prefix, or folder")
    String name = "";

    @Option(
            names = "--pipeline",
            paramLabel = "PIPELINE",
            description = "whose schemas and rules to use (default: the run's pipeline, by its name)")
    String pipeline = "";

    @Option(names = "--use-run-config", description = "use the rules that the run has, as they were")
    boolean own;

    @Option(names = "--use-source-config", hidden = true, description = "use the pipeline's folder; the default")
    boolean source;

    @Option(names = "--step", paramLabel = "STEP", description = "only this step")
    String step = "";

    @Option(names = "--json")
    boolean json;

    RevalidateCommand(CommandContext context) {
        super(context);
    }

    @Override
    public Integer call() {
        RunFolder folder = CommandContext.run(name);
        var state = context.state(folder);
        RunFacts facts = state.facts();
        if (!step.isEmpty() && !facts.steps().contains(step)) {
            throw new UserMistakeException(
                    "--step", step, "is no step of " + folder.name() + "; " + Problems.suggestion(step, facts.steps()));
        }
        var snapshots = context.snapshots(folder);
        Pipeline rules = own
                ? snapshots.get(snapshots.size() - 1)
                : context.read(
                        pipeline.isEmpty() ? facts.pipeline() : pipeline, PipelineSnapshot.overrides(folder.config()));
        Revalidation.Done done = Revalidation.of(
                folder, rules, step, context.reader(), context.kinds(), context.disk(), context.clock(), "cli");
        tell(folder, rules, done);
        return ExitCode.DONE;
    }

    private void tell(RunFolder folder, Pipeline rules, Revalidation.Done done) {
        int promoted = sum(done.promoted().values());
        if (json) {
            ObjectNode node = Json.object().put("revised", done.revised()).put("promoted", promoted);
            node.put("still_failing", sum(done.still().values()));
            node.set("promoted_by_step", Json.mapper().valueToTree(done.promoted()));
            node.set("still_failing_by_step", Json.mapper().valueToTree(done.still()));
            context.data().println(Json.text(node));
            return;
        }
        if (done.revised()) {
            context.out().println("the run judges by " + rules.folder() + " from now on");
        }
        var steps = new TreeSet<String>(done.promoted().keySet());
        steps.addAll(done.still().keySet());
        for (String each : steps) {
            int passed = done.promoted().getOrDefault(each, 0);
            int all = passed + done.still().getOrDefault(each, 0);
            context.out().println(each + ": " + passed + "/" + all + " failures now pass");
        }
        context.out().println(promoted == 0 ? "nothing to promote" : "go on with: caravan resume " + folder.name());
    }

    private static int sum(Collection<Integer> counts) {
        return counts.stream().mapToInt(Integer::intValue).sum();
    }
}
