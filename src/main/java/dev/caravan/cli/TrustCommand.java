package dev.caravan.cli;

import dev.caravan.base.InvalidFileException;
import dev.caravan.pipeline.Overrides;
import dev.caravan.pipeline.Pipeline;
import dev.caravan.pipeline.Snapshot;
import dev.caravan.pipeline.Task;
import dev.caravan.run.RunFolder;
import dev.caravan.task.Trust;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** Lets the scripts of a pipeline run, as they are now. */
@Command(
        name = "trust",
        description = "Let the scripts of a pipeline run, as they are now; one changed byte, and they are not trusted.")
final class TrustCommand extends RunsCommand {
    @Parameters(index = "0", paramLabel = "PIPELINE", description = "name or folder; or the folder of a run")
    String name = "";

    @Option(names = "--revoke", description = "take it back")
    boolean revoke;

    TrustCommand(Shop shop) {
        super(shop);
    }

    @Override
    public Integer call() {
        Pipeline pipeline = pipeline();
        List<String> scripts = pipeline.tasks().stream()
                .filter(Task::needsTrust)
                .map(each -> each.source().path("script").asText())
                .toList();
        if (scripts.isEmpty()) {
            throw new InvalidFileException(
                    pipeline.folder().toString(), "", "runs no scripts; there is nothing to trust");
        }
        String digest = Snapshot.digest(pipeline);
        Trust trust = Trust.ofWorkingFolder();
        if (revoke) {
            boolean known = trust.revoke(digest, shop.disk());
            shop.out().println(pipeline.name() + (known ? " is not trusted any more" : " was not trusted"));
            return ExitCode.DONE;
        }
        trust.grant(digest, pipeline.name(), actor(), shop.clock().instant(), shop.disk());
        shop.out()
                .println("trusted " + pipeline.name() + " as it is now (" + digest.substring(0, 12)
                        + "): its runs may run " + String.join(", ", scripts));
        return ExitCode.DONE;
    }

    private Pipeline pipeline() {
        Path path = Path.of(name);
        return Files.exists(path.resolve("journal.jsonl"))
                ? shop.snapshots(new RunFolder(path)).get(0)
                : shop.read(shop.find(name), Overrides.NONE);
    }
}
