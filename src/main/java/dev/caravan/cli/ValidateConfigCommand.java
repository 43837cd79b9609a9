package dev.caravan.cli;

import dev.caravan.base.Json;
import dev.caravan.base.PlainText;
import dev.caravan.base.Problem;
import dev.caravan.base.UserMistakeException;
import dev.caravan.base.WorkingFolder;
import dev.caravan.octobatch.OctobatchImport;
import dev.caravan.pipeline.CallOverrides;
import dev.caravan.pipeline.Pipeline;
import dev.caravan.pipeline.UnitWriter;
import dev.caravan.report.CheckJson;
import dev.caravan.report.PipelineHints;
import dev.caravan.task.TrustStore;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Optional;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** Checks a pipeline. */
@Command(name = "validate-config", description = "Check a pipeline folder; every problem at once.")
final class ValidateConfigCommand extends RunsCommand {
    @Parameters(index = "0", paramLabel = "PIPELINE")
    String pipeline = "";

    @Option(names = "--json")
    boolean json;

    ValidateConfigCommand(CommandContext context) {
        super(context);
    }

    @Override
    public Integer call() {
        Path folder = context.find(pipeline);
        if (OctobatchImport.isOne(folder)) {
            return foreign(folder);
        }
        try {
            Pipeline read = context.read(pipeline, CallOverrides.NONE);
            int units = UnitWriter.make(read, Integer.MAX_VALUE, unit -> {});
            var hints = new ArrayList<>(PipelineHints.of(read, context.kinds(), context.registry()));
            scripts(read).ifPresent(hints::add);
            if (json) {
                context.data().println(Json.text(CheckJson.of(read, units, hints)));
            } else {
                hints.forEach(each -> context.out().println("hint: " + each));
                context.out()
                        .println(read.name() + ": " + read.steps().size() + " steps, " + units
                                + " units, nothing wrong");
            }
            return ExitCode.DONE;
        } catch (UserMistakeException e) {
            if (!json) {
                throw e;
            }
            context.data().println(Json.text(CheckJson.of(e)));
            return ExitCode.USAGE;
        }
    }

    /** A run of it would be refused until somebody looked at them. */
    private Optional<Problem> scripts(Pipeline read) {
        return TrustStore.ofWorkingFolder().trusts(read)
                ? Optional.empty()
                : Optional.of(new Problem(
                        WorkingFolder.CONFIG,
                        "",
                        "runs scripts, which must be trusted before a run is made: look at "
                                + read.folder().resolve("scripts") + ", then: caravan trust " + pipeline));
    }

    /** In one line: every other problem would only follow from it. */
    private int foreign(Path folder) {
        String message =
                "is an Octobatch pipeline; caravan import octobatch " + folder + " makes one of Caravan's of it";
        if (json) {
            context.data().println(Json.text(CheckJson.of(new UserMistakeException(folder.toString(), "", message))));
        } else {
            context.err().println("caravan: " + PlainText.line(folder + " " + message));
        }
        return ExitCode.USAGE;
    }
}
