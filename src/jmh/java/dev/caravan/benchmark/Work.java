package dev.caravan.benchmark;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.caravan.base.Json;
import dev.caravan.prompt.RenderException;
import dev.caravan.prompt.Template;
import dev.caravan.prompt.TemplateEngine;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;

/** One unit of the pipeline that {@code benchmarks/speed.sh} measures, at its second step. */
final class Work {
    private static final Path PIPELINE = Path.of("benchmarks/speed/pipelines/calls");
    private static final String TEXT =
            "the line to our office went down again this morning and has not come back since ";

    static final String REPLY = "{\"score\": 56, \"reason\": \"Nobody can work until the line is up again.\"}";

    private Work() {}

    static ObjectNode record() {
        ObjectNode record = Json.object()
                .put("unit_id", "m0000020")
                .put("_n", 20)
                .put("id", "m0000020")
                .put("sender", text(20))
                .put("product", text(20))
                .put("subject", text(40))
                .put("body", text(200))
                .put("history", text(70))
                .put("label", "network");
        record.set("confidence", Json.parse("0.73"));
        return record.put("rationale", text(80));
    }

    private static String text(int length) {
        return TEXT.repeat(3).substring(0, length);
    }

    static Template template() {
        return new TemplateEngine().compile("score.vm", read("templates/score.vm"));
    }

    static ObjectNode context() {
        return Json.object().put("desk", "the service desk");
    }

    static String prompt() {
        try {
            return template()
                    .render(record(), context(), Json.object(), Json.mapper().createArrayNode());
        } catch (RenderException e) {
            throw new IllegalStateException(e);
        }
    }

    static JsonNode schema() {
        return Json.parse(read("schemas/score.json"));
    }

    private static String read(String file) {
        try {
            return Files.readString(PIPELINE.resolve(file));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
