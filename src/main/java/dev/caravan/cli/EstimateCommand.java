package dev.caravan.cli;

import dev.caravan.base.Json;
import dev.caravan.base.UserMistakeException;
import dev.caravan.estimate.Estimate;
import dev.caravan.estimate.EstimateJson;
import dev.caravan.estimate.Estimator;
import dev.caravan.pipeline.Pipeline;
import dev.caravan.pipeline.RunOptions;
import dev.caravan.provider.Lane;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** Says what a run will cost, and what that rests on. */
@Command(name = "estimate", description = "Say what a run would cost: makes none, buys nothing, writes nothing.")
final class EstimateCommand extends RunsCommand {
    @Parameters(index = "0", paramLabel = "PIPELINE", description = "name under pipelines/, or a folder")
    String pipeline = "";

    @Option(names = "--mode", paramLabel = "MODE", description = "batch (half the price, default) or realtime")
    String mode = "batch";

    @Option(
            names = "--sample",
            paramLabel = "N",
            description = "units whose prompts are rendered, spread over the input (default 200)")
    int sample = Estimator.USUAL_SAMPLE;

    @Option(names = "--json", description = "print JSON")
    boolean json;

    @Mixin
    MakeOptions make = new MakeOptions();

    EstimateCommand(CommandContext context) {
        super(context);
    }

    @Override
    public Integer call() {
        Lane lane = lane(mode);
        if (sample < 2) {
            throw new UserMistakeException("--sample", "", "must be at least 2, not " + sample);
        }
        RunOptions options = make.options();
        Pipeline read = context.read(pipeline, options.overrides());
        Estimate estimate = new Estimator(
                        context.registry(),
                        context.kinds(),
                        CommandContext.allRuns(),
                        (provider, prompts) -> context.driver().count(provider, prompts))
                .estimate(read, options, lane, sample);
        if (json) {
            context.data().println(Json.pretty(EstimateJson.of(estimate)));
        } else {
            context.out().print(EstimateText.table(estimate, options.pilot()));
        }
        return ExitCode.DONE;
    }
}
