package dev.caravan.testing;

import dev.caravan.base.Json;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Random;

/** Items with one to eight parts of different lengths; each part is asked about, after one question about the whole. */
public final class PartsPipeline {
    private PartsPipeline() {}

    /** @param folder that will hold it under its name */
    public static Path write(Path folder, String name, int units, int seed) throws IOException {
        Path pipeline = Files.createDirectories(folder.resolve("pipelines").resolve(name));
        var random = new Random(seed);
        var items = new StringBuilder();
        for (int i = 0; i < units; i++) {
            var item = Json.object().put("id", "i" + i);
            var list = item.putArray("parts");
            for (int k = random.nextInt(8); k >= 0; k--) {
                list.add("word ".repeat(1 + random.nextInt(60)));
            }
            items.append(Json.text(item)).append('\n');
        }
        Files.writeString(pipeline.resolve("items.jsonl"), items);
        Files.createDirectories(pipeline.resolve("templates"));
        Files.writeString(
                pipeline.resolve("templates/sum.vm"), "Sum up: $json.write($parts)\nAnswer {\"title\": text}.");
        Files.writeString(pipeline.resolve("templates/part.vm"), "Judge: $part\nAnswer {\"mark\": 1 to 5}.");
        Files.writeString(pipeline.resolve("config.yaml"), """
                pipeline:
                  name: parts
                  steps:
                    - {name: sum, max_tokens: 300, validation: {required: [title]}, simulate: {title: {choice: [short, "a title that is quite a bit longer than the others are"]}}}
                    - {name: parts, scope: fan_out, field: parts, child_field: part}
                    - {name: part, max_tokens: 300, validation: {required: [mark]}, simulate: {mark: {integer: [1, 5]}}}
                api: {provider: openai, model: gpt-4o-mini}
                processing: {chunk_size: 10, brake: off, items: {source: items.jsonl, name_field: id}}
                """);
        return pipeline;
    }
}
