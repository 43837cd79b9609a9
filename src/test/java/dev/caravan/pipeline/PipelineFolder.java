package dev.caravan.pipeline;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.caravan.app.Caravan;
import dev.caravan.base.Problem;
import dev.caravan.base.UserMistakeException;
import dev.caravan.cost.ModelRegistry;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Objects;

/** A pipeline folder that a test writes file by file. */
record PipelineFolder(Path folder) {

    PipelineFolder with(String file, String content) throws IOException {
        Path target = folder.resolve(file);
        Files.createDirectories(Objects.requireNonNull(target.getParent()));
        Files.writeString(target, content);
        return this;
    }

    Pipeline read() {
        return new PipelineReader(ModelRegistry.shipped(), Map.copyOf(Caravan.kinds()))
                .read(folder, CallOverrides.NONE);
    }

    /** Everything that is wrong with it, reading and making units; empty when nothing is. */
    List<String> problems() {
        try {
            UnitWriter.make(read(), Integer.MAX_VALUE, unit -> {});
            return List.of();
        } catch (UserMistakeException e) {
            return e.problems().stream().map(Problem::toString).toList();
        }
    }

    List<ObjectNode> units() {
        return UnitWriter.first(read(), Integer.MAX_VALUE);
    }

    List<String> ids() {
        return units().stream().map(each -> each.path("unit_id").asText()).toList();
    }
}
