package dev.caravan.estimate;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.caravan.cost.ModelRegistry;
import dev.caravan.pipeline.CallOverrides;
import dev.caravan.pipeline.Pipeline;
import dev.caravan.pipeline.PipelineReader;
import dev.caravan.step.LlmStepKind;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A sample looks at all of the input, however long it is and however it repeats itself. */
class UnitSampleTest {
    @TempDir
    Path folder;

    @Test
    void units_come_from_every_tenth_of_the_input() throws IOException {
        UnitSample sample = UnitSample.of(pipeline(5_000, 1), Integer.MAX_VALUE, 200);

        assertThat(sample.total()).isEqualTo(5_000);
        assertThat(sample.units()).hasSize(200);
        List<Integer> places =
                sample.units().stream().map(each -> each.path("_n").intValue()).toList();
        assertThat(places).isSorted().doesNotHaveDuplicates();
        for (int tenth = 0; tenth < 10; tenth++) {
            int from = tenth * 500;
            assertThat(places.stream().filter(each -> each >= from && each < from + 500))
                    .hasSizeBetween(14, 26);
        }
    }

    @Test
    void an_input_that_repeats_itself_does_not_give_the_same_item_each_time() throws IOException {
        UnitSample sample = UnitSample.of(pipeline(4, 400), Integer.MAX_VALUE, 100);

        assertThat(sample.total()).isEqualTo(1_600);
        Map<String, Long> items = sample.units().stream()
                .collect(Collectors.groupingBy(
                        (ObjectNode each) -> each.path("text").asText(), Collectors.counting()));
        assertThat(items).hasSize(4);
        assertThat(items.values()).allMatch(each -> each > 10);
    }

    @Test
    void a_short_input_is_looked_at_as_a_whole_and_the_first_units_are_all_that_count() throws IOException {
        assertThat(UnitSample.of(pipeline(30, 1), Integer.MAX_VALUE, 200).units())
                .hasSize(30);
        assertThat(UnitSample.of(pipeline(30, 1), 12, 200).total()).isEqualTo(12);
        assertThat(UnitSample.of(pipeline(5_000, 1), Integer.MAX_VALUE, 50).units())
                .isEqualTo(
                        UnitSample.of(pipeline(5_000, 1), Integer.MAX_VALUE, 50).units());
    }

    private Pipeline pipeline(int items, int repeat) throws IOException {
        var lines = new StringBuilder();
        for (int i = 0; i < items; i++) {
            lines.append("{\"id\":\"i")
                    .append(i)
                    .append("\",\"text\":\"t")
                    .append(i)
                    .append("\"}\n");
        }
        Files.writeString(folder.resolve("items.jsonl"), lines);
        Files.createDirectories(folder.resolve("templates"));
        Files.writeString(folder.resolve("templates/ask.vm"), "Judge: $text");
        Files.writeString(folder.resolve("config.yaml"), """
                pipeline:
                  name: sampled
                  steps:
                    - {name: ask, max_tokens: 100, validation: {required: [mark]}}
                processing: {chunk_size: 100, repeat: %d, items: {source: items.jsonl, name_field: id}}
                """.formatted(repeat));
        var kind = new LlmStepKind();
        return new PipelineReader(ModelRegistry.shipped(), Map.of(kind.kind(), kind)).read(folder, CallOverrides.NONE);
    }
}
