package dev.caravan.pipeline;

import com.fasterxml.jackson.core.JsonProcessingException;
import dev.caravan.base.Disk;
import dev.caravan.base.Json;
import dev.caravan.base.Sha256;
import dev.caravan.base.UserMistakeException;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.SortedSet;
import java.util.TreeSet;
import java.util.stream.Stream;

/** The copy of a pipeline that a run keeps and always uses, and the digests that tell whether the folder changed. */
public final class PipelineSnapshot {
    private static final String OVERRIDES = "overrides.json";

    private PipelineSnapshot() {}

    /** Whether a file of that path would be taken for one of the copy's own. */
    static boolean isTaken(String path) {
        return Path.of(path).normalize().toString().equals(OVERRIDES);
    }

    /** Copies what the pipeline uses, items aside, and what the call set over it. */
    public static void copy(Pipeline pipeline, CallOverrides overrides, Path target, Disk disk) {
        disk.createDirectories(target);
        for (String each : files(pipeline)) {
            Path copy = target.resolve(each);
            Path parent = copy.getParent();
            if (parent != null) {
                disk.createDirectories(parent);
            }
            try {
                disk.replace(copy, Files.readAllBytes(pipeline.folder().resolve(each)));
            } catch (IOException e) {
                throw new UncheckedIOException("cannot copy " + each, e);
            }
        }
        disk.replace(
                target.resolve(OVERRIDES),
                Json.text(Json.mapper().valueToTree(overrides)).getBytes(StandardCharsets.UTF_8));
    }

    /** What the call that made the run set over the pipeline's own words. */
    public static CallOverrides overrides(Path snapshot) {
        try {
            return Json.mapper().readValue(Files.readAllBytes(snapshot.resolve(OVERRIDES)), CallOverrides.class);
        } catch (JsonProcessingException e) {
            throw new UserMistakeException(
                    snapshot.resolve(OVERRIDES).toString(),
                    Json.place(e),
                    "is not as the run was made with it; restore it");
        } catch (IOException e) {
            throw new UncheckedIOException("cannot read " + snapshot.resolve(OVERRIDES), e);
        }
    }

    /** SHA-256 over names and contents of the files the pipeline uses, items aside. */
    public static String digest(Pipeline pipeline) {
        var digest = new Sha256();
        for (String each : files(pipeline)) {
            digest.add(each + "\0").add(hash(pipeline.folder().resolve(each)).bytes());
        }
        return digest.hex();
    }

    /** SHA-256 of the items file. */
    public static String itemsDigest(Pipeline pipeline) {
        return hash(pipeline.folder().resolve(pipeline.items().file())).hex();
    }

    private static SortedSet<String> files(Pipeline pipeline) {
        var files = new TreeSet<String>();
        files.add("config.yaml");
        files.addAll(pipeline.shared().files());
        for (Step step : pipeline.steps()) {
            if (step.template() != null) {
                files.add(step.template());
            }
            if (step.transform() != null) {
                files.add(step.transform());
            }
            if (step.schema() != null) {
                files.add(step.schema());
            }
        }
        if (pipeline.tasks().stream().anyMatch(Task::needsTrust)) {
            files.addAll(scripts(pipeline.folder()));
        }
        return files;
    }

    /** A script may need its neighbours: all of {@code scripts/} goes along, and is what an operator trusts. */
    private static List<String> scripts(Path folder) {
        try (Stream<Path> all = Files.walk(folder.resolve("scripts"))) {
            return all.filter(Files::isRegularFile)
                    .map(each -> folder.relativize(each).toString())
                    .toList();
        } catch (IOException e) {
            throw new UncheckedIOException("cannot list " + folder.resolve("scripts"), e);
        }
    }

    private static Sha256 hash(Path file) {
        try {
            return new Sha256().add(file);
        } catch (IOException e) {
            throw new UncheckedIOException("cannot read " + file, e);
        }
    }
}
