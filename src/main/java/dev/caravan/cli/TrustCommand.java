package dev.caravan.cli;

import dev.caravan.base.PlainText;
import dev.caravan.base.UserMistakeException;
import dev.caravan.base.WorkingFolder;
import dev.caravan.extension.OperatorExtensions;
import dev.caravan.extension.OwnFiles;
import dev.caravan.pipeline.CallOverrides;
import dev.caravan.pipeline.Pipeline;
import dev.caravan.pipeline.PipelineSnapshot;
import dev.caravan.pipeline.Task;
import dev.caravan.run.RunFolder;
import dev.caravan.task.TrustStore;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** Lets the scripts of a pipeline run, as they are now; or has the working folder's routes and jars read. */
@Command(
        name = "trust",
        description =
                "Let the scripts of a pipeline run, or routes/ and lib/ of the working folder be read, as they are"
                        + " now; one changed byte, and they are not trusted.")
final class TrustCommand extends RunsCommand {
    @Parameters(
            index = "0",
            arity = "0..1",
            paramLabel = "PIPELINE",
            description = "name or folder; or the folder of a run")
    String name = "";

    @Option(names = "--home", description = "routes/ and lib/ of the working folder, beside the installation's")
    boolean home;

    @Option(names = "--revoke", description = "take it back")
    boolean revoke;

    TrustCommand(CommandContext context) {
        super(context);
    }

    @Override
    public Integer call() {
        if (home == !name.isEmpty()) {
            throw new UserMistakeException(
                    "caravan trust", "", "needs one of both: the name or folder of a pipeline, or --home");
        }
        return home ? home() : scripts();
    }

    /** Only one content of them is trusted at a time: a jar that was replaced is not to come back unseen. */
    private int home() {
        TrustStore trust = TrustStore.ofWorkingFolder();
        if (revoke) {
            boolean known = trust.revokeHome(context.disk());
            context.out()
                    .println("routes/ and lib/ of the working folder "
                            + (known ? "are not trusted any more" : "were not trusted"));
            return ExitCode.DONE;
        }
        Path working = WorkingFolder.path().toAbsolutePath().normalize();
        OwnFiles own = OperatorExtensions.own(context.home(), working)
                .orElseThrow(() -> new UserMistakeException(
                        working.toString(),
                        "",
                        "has no routes/ or lib/ of its own to trust: *.camel.yaml, *.jslt and plain-row.json in routes/ and its folders,"
                                + " *.jar in lib/; those of the installation need no trust"));
        OperatorExtensions.checkNames(context.home(), own);
        trust.grantHome(own.digest(), actor(), context.clock().instant(), context.disk());
        own.names().forEach(each -> context.out().println("  " + PlainText.line(each)));
        context.out()
                .println("trusted as they are now (" + own.digest().substring(0, 12) + "): "
                        + PlainText.line(own.words())
                        + ". They see prompts, answers and keys, and are read from the next start on");
        return ExitCode.DONE;
    }

    private int scripts() {
        Pipeline pipeline = pipeline();
        List<String> scripts = pipeline.tasks().stream()
                .filter(Task::needsTrust)
                .map(each -> each.source().path("script").asText())
                .toList();
        if (scripts.isEmpty()) {
            throw new UserMistakeException(
                    pipeline.folder().toString(), "", "runs no scripts; there is nothing to trust");
        }
        String digest = PipelineSnapshot.digest(pipeline);
        TrustStore trust = TrustStore.ofWorkingFolder();
        if (revoke) {
            boolean known = trust.revoke(digest, context.disk());
            context.out().println(pipeline.name() + (known ? " is not trusted any more" : " was not trusted"));
            return ExitCode.DONE;
        }
        trust.grant(digest, pipeline.name(), actor(), context.clock().instant(), context.disk());
        context.out()
                .println("trusted " + pipeline.name() + " as it is now (" + digest.substring(0, 12)
                        + "): its runs may run " + String.join(", ", scripts));
        return ExitCode.DONE;
    }

    private Pipeline pipeline() {
        Path path = Path.of(name);
        return Files.exists(path.resolve("journal.jsonl"))
                ? context.snapshots(new RunFolder(path)).get(0)
                : context.read(context.find(name), CallOverrides.NONE);
    }
}
