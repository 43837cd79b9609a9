package dev.caravan.cli;

import dev.caravan.base.Json;
import dev.caravan.base.UserMistakeException;
import dev.caravan.pipeline.Pipeline;
import dev.caravan.pipeline.RunOptions;
import dev.caravan.report.RunJson;
import dev.caravan.run.NameTakenException;
import dev.caravan.run.RunEvent;
import dev.caravan.run.RunFolder;
import dev.caravan.run.RunSummary;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** Makes a run without starting it. */
@Command(name = "init", description = "Make a run and start nothing.")
final class InitCommand extends RunsCommand {
    @Parameters(index = "0", paramLabel = "PIPELINE")
    String pipeline = "";

    @Mixin
    MakeOptions make = new MakeOptions();

    @Option(
            names = {"--yes", "-y"},
            description = "let it spend; else it waits for `caravan approve`")
    boolean yes;

    @Option(names = "--json")
    boolean json;

    InitCommand(CommandContext context) {
        super(context);
    }

    @Override
    public Integer call() {
        RunOptions asked = make.options();
        Pipeline read = context.read(pipeline, asked.overrides());
        RunOptions options = asked.on(read);
        context.check(read);
        context.driver().checkRoutes(read);
        RunFolder folder = make(read, options, question(read, options, yes));
        RunSummary summary = summary(folder);
        context.out()
                .println(
                        json
                                ? Json.text(RunJson.of(summary, folder))
                                : "made " + folder.root() + ": "
                                        + summary.progress().units() + " units, "
                                        + summary.steps().size() + " steps"
                                        + (summary.question() == null
                                                ? ""
                                                : "; before anything is sent: caravan approve " + folder.name() + " ("
                                                        + summary.detail() + ")"));
        return ExitCode.DONE;
    }

    private RunFolder make(Pipeline read, RunOptions options, @Nullable RunEvent word) {
        while (true) {
            Path target = make.runDir.isEmpty() ? context.fresh(read, make.name) : Path.of(make.runDir);
            if (Files.exists(target)) {
                throw new UserMistakeException(target.toString(), "", "already exists; a run is made in a new folder");
            }
            try {
                return context.make(read, options, target, word == null ? List.of() : List.of(word));
            } catch (NameTakenException e) {
                if (!make.named().isEmpty()) {
                    throw e;
                }
            }
        }
    }
}
