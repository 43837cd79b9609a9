package dev.caravan.cli;

import dev.caravan.base.Json;
import dev.caravan.pipeline.CallOverrides;
import dev.caravan.pipeline.Pipeline;
import dev.caravan.pipeline.UnitWriter;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** A filter: the units of a pipeline as JSONL. */
@Command(name = "units", description = "Write a pipeline's units as JSONL to standard output.")
final class UnitsCommand extends RunsCommand {
    @Parameters(index = "0", paramLabel = "PIPELINE")
    String pipeline = "";

    @Option(
            names = {"--max-units", "--limit"},
            paramLabel = "N",
            description = "only the first N units")
    int maxUnits = Integer.MAX_VALUE;

    @Option(names = "--repeat", paramLabel = "N", description = "copies of each unit")
    @Nullable Integer repeat;

    UnitsCommand(CommandContext context) {
        super(context);
    }

    @Override
    public Integer call() {
        Pipeline read = context.read(pipeline, new CallOverrides(null, null, null, repeat, null));
        UnitWriter.make(read, maxUnits, unit -> context.data().write(Json.line(unit)));
        context.data().flush();
        return ExitCode.DONE;
    }
}
