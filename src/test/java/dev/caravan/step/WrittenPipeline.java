package dev.caravan.step;

import dev.caravan.app.Caravan;
import dev.caravan.base.Problem;
import dev.caravan.base.UserMistakeException;
import dev.caravan.cost.ModelRegistry;
import dev.caravan.pipeline.CallOverrides;
import dev.caravan.pipeline.Pipeline;
import dev.caravan.pipeline.PipelineReader;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Objects;

/** A pipeline that a test writes: one item with a text, and steps that are asked by a template which shows it. */
public record WrittenPipeline(Path folder) {

    /** @param steps as they stand in config.yaml, each a line that begins with a hyphen */
    public WrittenPipeline steps(String... steps) throws IOException {
        with("items.jsonl", "{\"id\": \"one\", \"text\": \"t\", \"list\": [1, 2]}\n");
        String listed =
                List.of(steps).stream().map(each -> "    " + each + "\n").reduce("", String::concat);
        return with("config.yaml", """
                pipeline:
                  name: written
                  steps:
                %sprocessing: {chunk_size: 10, items: {source: items.jsonl, name_field: id}}
                """.formatted(listed));
    }

    public WrittenPipeline with(String file, String content) throws IOException {
        Path target = folder.resolve(file);
        Files.createDirectories(Objects.requireNonNull(target.getParent()));
        Files.writeString(target, content);
        return this;
    }

    public Pipeline read() {
        return new PipelineReader(ModelRegistry.shipped(), Map.copyOf(Caravan.kinds()))
                .read(folder, CallOverrides.NONE);
    }

    public List<PreparedStep> prepared() {
        return StepKind.prepared(read(), Caravan.kinds());
    }

    /** Everything that is wrong with it; empty when nothing is. */
    public List<String> problems() {
        try {
            read();
            return List.of();
        } catch (UserMistakeException e) {
            return e.problems().stream().map(Problem::toString).toList();
        }
    }
}
