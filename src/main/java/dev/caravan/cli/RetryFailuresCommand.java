package dev.caravan.cli;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.caravan.base.Json;
import dev.caravan.repair.RetryFailures;
import dev.caravan.run.RunFolder;
import java.util.Set;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** Gives failed units another chance. */
@Command(
        name = "retry-failures",
        description = "Give failed units another chance, with a new retry budget. Starts nothing; `resume` goes on.")
final class RetryFailuresCommand extends RunsCommand {
    @Parameters(index = "0", paramLabel = "RUN", description = "name, unique prefix, or folder")
    String name = "";

    @Option(
            names = {"--all", "--rejected"},
            description = "also what the provider refused or could not be rendered: when the cause was mended outside"
                    + " of the run, such as a server that lacked a model or a form of answers")
    boolean all;

    @Option(names = "--json")
    boolean json;

    @Option(
            names = {"--yes", "-y"},
            description = "agree to a model whose price is not known")
    boolean yes;

    @Mixin
    ModelOptions models = new ModelOptions();

    RetryFailuresCommand(CommandContext context) {
        super(context);
    }

    @Override
    public Integer call() {
        RunFolder folder = CommandContext.run(name);
        Set<String> revised = new ModelReviser(context, "caravan retry-failures", this::asked, this::checkModels)
                .revise(folder, models, yes, true, RunDriver.AS_IT_WAS);
        RetryFailures.Done done = RetryFailures.of(
                folder,
                context.judging(folder),
                new RetryFailures.HardToo(all, revised),
                context.disk(),
                context.clock(),
                "cli");
        int units = done.retried().values().stream().mapToInt(Integer::intValue).sum();
        if (json) {
            ObjectNode node = Json.object().put("retried", units);
            node.set("by_step", Json.mapper().valueToTree(done.retried()));
            node.set("left", Json.mapper().valueToTree(done.left()));
            context.data().println(Json.text(node));
            return ExitCode.DONE;
        }
        done.retried()
                .forEach((step, count) -> context.out().println(step + ": " + count + " units will be asked again"));
        done.left()
                .forEach((step, count) -> context.out().println(step + ": " + count + " units stay failed: " + left()));
        context.out().println(units == 0 ? "nothing to retry" : "go on with: caravan resume " + folder.name());
        return ExitCode.DONE;
    }

    private String left() {
        return all
                ? "asked again they would fail again"
                : "asked again they would fail again, unless what refused them was mended; --all asks those too";
    }
}
