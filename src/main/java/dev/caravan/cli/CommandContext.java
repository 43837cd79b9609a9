package dev.caravan.cli;

import dev.caravan.base.Disk;
import dev.caravan.base.UserMistakeException;
import dev.caravan.base.WorkingFolder;
import dev.caravan.cost.ModelRegistry;
import dev.caravan.execution.RunMaker;
import dev.caravan.journal.CorruptJournalException;
import dev.caravan.pipeline.CallOverrides;
import dev.caravan.pipeline.Pipeline;
import dev.caravan.pipeline.PipelineReader;
import dev.caravan.pipeline.PipelineSnapshot;
import dev.caravan.pipeline.RunOptions;
import dev.caravan.pipeline.UnitWriter;
import dev.caravan.run.RunEvent;
import dev.caravan.run.RunFacts;
import dev.caravan.run.RunFolder;
import dev.caravan.run.RunState;
import dev.caravan.run.RunStore;
import dev.caravan.run.RunsFolder;
import dev.caravan.step.RunSteps;
import dev.caravan.step.StepKind;
import dev.caravan.task.TrustStore;
import java.io.InputStream;
import java.io.PrintStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * What all commands share: where things lie, and how they are read and made.
 *
 * @param home where the shipped pipelines lie
 * @param in what filters read
 * @param out for what was asked for
 * @param err for everything else
 * @param columns how wide the terminal was at the start
 */
public record CommandContext(
        Path home,
        RunDriver driver,
        ModelRegistry registry,
        Map<String, StepKind> kinds,
        Disk disk,
        Clock clock,
        String version,
        InputStream in,
        PrintStream out,
        PrintStream err,
        boolean terminal,
        int columns) {
    private static final DateTimeFormatter STAMP =
            DateTimeFormatter.ofPattern("yyyyMMdd'T'HHmmss'Z'").withZone(ZoneOffset.UTC);

    /** The same, but that what is printed for people is cleaned, whichever command prints it. */
    CommandContext forPeople() {
        return new CommandContext(
                home,
                driver,
                registry,
                kinds,
                disk,
                clock,
                version,
                in,
                new PlainStream(out),
                new PlainStream(err),
                terminal,
                columns);
    }

    /** For what a program reads: exact, but on a terminal, where JSON stays the same value by its escapes. */
    PrintStream data() {
        return terminal ? out : steering();
    }

    /** For what steers the terminal on purpose; whoever prints here cleans what comes from outside. */
    PrintStream steering() {
        return out instanceof PlainStream plain ? plain.raw() : out;
    }

    Pipeline read(String name, CallOverrides overrides) {
        return read(find(name), overrides);
    }

    Pipeline read(Path folder, CallOverrides overrides) {
        return reader().read(folder, overrides);
    }

    /** How a run judges: by the pipeline as the run took it with it, and its revisions since. */
    RunSteps judging(RunFolder folder) {
        return RunSteps.of(folder, RunSteps.Basis.of(state(folder)), reader(), kinds);
    }

    /** The run's own copy of its pipeline, and its revisions in order, for whom its steps ask now. */
    List<Pipeline> snapshots(RunFolder folder) {
        return RunSteps.snapshots(folder, RunSteps.Basis.of(state(folder)), reader());
    }

    PipelineReader reader() {
        return new PipelineReader(registry, Map.copyOf(kinds));
    }

    /** A pipeline by the path of its folder or config.yaml, else by its name: the working folder's, or a shipped one. */
    Path find(String name) {
        return PipelineArgument.find(name, List.of(pipelines(), home.resolve("pipelines")));
    }

    /** Where pipelines are found by name. */
    static Path pipelines() {
        return WorkingFolder.path().resolve("pipelines");
    }

    static Path runs() {
        return WorkingFolder.path().resolve("runs");
    }

    /** Where the service of the runs folder keeps what it remembers. */
    static Path service() {
        return runs().resolve(".service");
    }

    /** Every run in the runs folder, newest first; folders that are none are passed over. */
    static List<RunFolder> allRuns() {
        return new RunsFolder(runs()).newest();
    }

    RunState state(RunFolder folder) {
        return RunStore.read(folder);
    }

    /** The newest run of this pipeline that is not finished and was asked for in the same words. */
    Optional<RunFolder> unfinished(Pipeline pipeline, RunOptions options) {
        for (RunFolder each : allRuns()) {
            RunState state;
            try {
                state = state(each);
            } catch (UserMistakeException | CorruptJournalException e) {
                err.println("caravan: passing over a damaged run: " + e.getMessage());
                continue;
            }
            if (state.created() && !state.status().terminal() && same(state.facts(), pipeline, options)) {
                return Optional.of(each);
            }
        }
        return Optional.empty();
    }

    static boolean same(RunFacts facts, Pipeline pipeline, RunOptions options) {
        return facts.digests().config().equals(PipelineSnapshot.digest(pipeline))
                && facts.digests().items().equals(PipelineSnapshot.itemsDigest(pipeline))
                && facts.digests().options().equals(options.digest());
    }

    /** Refuses scripts that nobody trusted as they are. */
    void check(Pipeline pipeline) {
        TrustStore.ofWorkingFolder().check(pipeline);
    }

    /** @param told what its journal begins with: a word on what it will cost, or the question for one; its cap */
    RunFolder make(Pipeline pipeline, RunOptions options, Path target, List<RunEvent> told) {
        check(pipeline);
        if (WorkingFolder.isElsewhere()) {
            err.println("caravan: this is a pipeline's folder; runs, .env and models.yaml lie in "
                    + WorkingFolder.path().toAbsolutePath().normalize());
        }
        UnitWriter.hints(pipeline).forEach(each -> err.println("caravan: hint: " + each));
        return new RunMaker(registry, kinds, disk, clock, version).make(pipeline, options, target, "cli", told);
    }

    Path fresh(Pipeline pipeline, String name) {
        String base = name.isEmpty()
                ? String.valueOf(pipeline.folder().getFileName()) + "_" + STAMP.format(clock.instant())
                : name;
        Path target = runs().resolve(base);
        for (int i = 2; name.isEmpty() && Files.exists(target); i++) {
            target = runs().resolve(base + "-" + i);
        }
        return target;
    }

    /** A run by path, by name in the runs folder, or by a prefix that only one has. */
    static RunFolder run(String name) {
        for (Path each : List.of(Path.of(name), runs().resolve(name))) {
            if (Files.exists(each.resolve("journal.jsonl")) || Files.exists(each.resolve("MANIFEST.json"))) {
                return new RunFolder(each);
            }
        }
        List<RunFolder> matching =
                allRuns().stream().filter(each -> each.name().startsWith(name)).toList();
        if (matching.size() == 1) {
            return matching.get(0);
        }
        throw new UserMistakeException(
                "runs/" + name,
                "",
                matching.isEmpty()
                        ? "there is no such run; `caravan ps` lists them"
                        : "means any of "
                                + String.join(
                                        ", ",
                                        matching.stream().map(RunFolder::name).toList()));
    }
}
