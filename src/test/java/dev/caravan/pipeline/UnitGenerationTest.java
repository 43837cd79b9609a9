package dev.caravan.pipeline;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.caravan.app.Caravan;
import dev.caravan.base.Json;
import dev.caravan.step.PreparedStep;
import dev.caravan.step.StepKind;
import java.io.BufferedWriter;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class UnitGenerationTest {
    private static final String STEPS = "pipeline: {steps: [{name: s, scope: expression, expressions: {y: \"1\"}}]}\n";

    @TempDir
    Path folder;

    private PipelineFolder pipeline;

    @BeforeEach
    void write() {
        pipeline = new PipelineFolder(folder);
    }

    private PipelineFolder processing(String text) throws IOException {
        return pipeline.with("config.yaml", STEPS + "processing: " + text + "\n");
    }

    @Test
    void I12_half_an_emoji_of_an_item_keeps_its_escape_on_disk() throws IOException {
        pipeline.with("items.jsonl", "{\"id\": \"a\", \"text\": \"so cut \\ud83d\"}\n");
        processing("{chunk_size: 5, items: {source: items.jsonl}}");
        var out = new ByteArrayOutputStream();

        UnitWriter.write(pipeline.read(), out, Integer.MAX_VALUE);

        assertThat(out.toString(StandardCharsets.UTF_8))
                .isEqualTo("{\"unit_id\":\"a\",\"_n\":0,\"id\":\"a\",\"text\":\"so cut \\ud83d\"}\n");
    }

    @Test
    void I12_half_an_emoji_of_an_item_is_the_sign_for_the_unknown_in_a_prompt() throws Exception {
        Pipeline asking = pipeline.with("items.jsonl", "{\"id\": \"a\", \"text\": \"so cut \\ud83d\"}\n")
                .with("templates/ask.vm", "Sort: $text")
                .with("config.yaml", """
                        pipeline: {steps: [{name: ask}]}
                        api: {provider: openai, model: gpt-4o-mini}
                        processing: {chunk_size: 5, items: {source: items.jsonl}}
                        """)
                .read();
        var step =
                (PreparedStep.Asking) StepKind.prepared(asking, Caravan.kinds()).get(0);

        assertThat(step.prompt("k", pipeline.units().get(0), Json.mapper().createArrayNode(), false)
                        .text())
                .isEqualTo("Sort: so cut \uFFFD");
    }

    @Test
    void permutation_gives_every_ordered_choice_in_order() throws IOException {
        pipeline.with("items.yaml", "cards: [{name: A, v: 1}, {name: B, v: 2}, {name: C, v: 3}]");
        processing(
                "{strategy: permutation, chunk_size: 5, positions: [past, future], items: {source: items.yaml, key: cards}}");

        assertThat(pipeline.ids()).containsExactly("A-B", "A-C", "B-A", "B-C", "C-A", "C-B");
        assertThat(Json.text(pipeline.units().get(3)))
                .isEqualTo("{\"unit_id\":\"B-C\",\"_n\":3,\"past\":{\"name\":\"B\",\"v\":2},"
                        + "\"future\":{\"name\":\"C\",\"v\":3}}");
    }

    @Test
    void permutation_is_meant_where_positions_are_given() throws IOException {
        pipeline.with("items.json", "[{\"id\": \"x\"}, {\"id\": \"y\"}]");

        assertThat(processing("{chunk_size: 5, positions: [a, b], items: {source: items.json}}")
                        .ids())
                .containsExactly("x-y", "y-x");
    }

    @Test
    void cross_product_changes_the_last_position_first() throws IOException {
        pipeline.with("grid.yaml", """
                products: [{code: p1}, {code: p2}]
                markets: [{code: east}, {code: west}, {id: north}]
                """);
        processing(
                "{strategy: cross_product, chunk_size: 25, positions: [{name: product, source_key: products}, market],"
                        + " items: {source: grid.yaml, name_field: code}}");

        assertThat(pipeline.ids()).containsExactly("p1-east", "p1-west", "p1-north", "p2-east", "p2-west", "p2-north");
    }

    @Test
    void repetitions_come_round_after_round_with_seeds_from_the_golden_numbers() throws IOException {
        pipeline.with("items.yaml", "[{name: alpha}, {name: pro}]");
        processing("{chunk_size: 5, repeat: 2, items: {source: items.yaml}}");

        assertThat(pipeline.ids()).containsExactly("alpha__rep0000", "pro__rep0000", "alpha__rep0001", "pro__rep0001");
        assertThat(pipeline.units())
                .extracting(each -> each.get("_repetition_id").intValue())
                .containsExactly(0, 0, 1, 1);
        assertThat(pipeline.units())
                .extracting(each -> each.get("_repetition_seed").longValue())
                .containsExactly(253895672L, 912554884L, 253895673L, 912554885L);
    }

    @Test
    void ids_stay_apart_when_names_do_not() throws IOException {
        pipeline.with("grid.yaml", "as: [{name: a-b}, {name: a}]\nbs: [{name: c}, {name: b-c}]");
        processing(
                "{strategy: cross_product, chunk_size: 5, repeat: 3, positions: [a, b], items: {source: grid.yaml}}");

        assertThat(pipeline.ids())
                .hasSize(12)
                .doesNotHaveDuplicates()
                .startsWith("a-b-c__rep0000", "a-b-b-c__rep0000", "a-c__rep0000", "a-b-c~2__rep0000");
    }

    @Test
    void too_few_items_and_lists_without_end_are_refused() throws IOException {
        pipeline.with("items.yaml", "[{name: a}]");
        assertThat(processing("{strategy: permutation, chunk_size: 5, positions: [a, b], items: {source: items.yaml}}")
                        .problems())
                .containsExactly("items.yaml: holds 1 items, and 2 positions need at least as many");
        var many = new StringBuilder("[");
        for (int i = 0; i < 300; i++) {
            many.append("{name: i").append(i).append("},");
        }
        pipeline.with("items.yaml", many.append("]").toString());
        assertThat(processing(
                                "{strategy: permutation, chunk_size: 5, positions: [a, b, c, d], items: {source: items.yaml}}")
                        .problems())
                .singleElement()
                .asString()
                .contains("would give 7938988200 units");
        assertThat(processing("{strategy: cross_product, chunk_size: 5, positions: [x], items: {source: items.yaml}}")
                        .problems())
                .containsExactly("items.yaml: xs: must be a list of items for the position 'x'");
    }

    @Test
    void strategies_say_what_they_need() throws IOException {
        pipeline.with("items.yaml", "[{name: a}]");

        assertThat(processing("{strategy: permutatoin, chunk_size: 5, items: {source: items.yaml}}")
                        .problems())
                .containsExactly(
                        "config.yaml: processing.strategy: unknown strategy 'permutatoin'; did you mean 'permutation'?");
        assertThat(processing("{strategy: cross_product, chunk_size: 5, items: {source: items.yaml}}")
                        .problems())
                .singleElement()
                .asString()
                .contains("processing.positions: is missing");
        assertThat(processing("{strategy: direct, chunk_size: 5, positions: [a], items: {source: items.yaml}}")
                        .problems())
                .singleElement()
                .asString()
                .contains("processing.positions: has no meaning with the strategy direct");
        assertThat(processing(
                                "{chunk_size: 5, repeat: 0, seed: x, positions: [a, a, unit_id, {name: b, name_field: c}],"
                                        + " items: {source: items.yaml}}")
                        .problems())
                .hasSize(5);
    }

    @Test
    void A46_a_million_items_are_streamed_with_ids_of_their_own() throws IOException {
        try (BufferedWriter out = Files.newBufferedWriter(folder.resolve("items.csv"))) {
            out.write("name,x\n");
            for (int i = 0; i < 1_000_000; i++) {
                out.write("item " + i % 999_999 + "," + i + "\n");
            }
        }
        processing("{chunk_size: 1000, items: {source: items.csv}}");
        Set<Integer> hashes = new HashSet<>();
        String[] last = {""};

        int units = UnitWriter.make(pipeline.read(), Integer.MAX_VALUE, (ObjectNode unit) -> {
            last[0] = unit.get("unit_id").asText();
            hashes.add(last[0].hashCode());
        });

        assertThat(units).isEqualTo(1_000_000);
        assertThat(last[0]).isEqualTo("item_0~2");
        assertThat(hashes.size()).isGreaterThan(999_000);
    }

    @Test
    void numbers_of_yaml_items_keep_their_form() throws IOException {
        pipeline.with(
                "items.yaml",
                "[{name: a, price: 1.10, big: 123456789012345678901, word: no, day: 2024-05-01, oct: 012}]");
        processing("{chunk_size: 5, items: {source: items.yaml}}");

        assertThat(pipeline.units())
                .extracting(Json::text)
                .isEqualTo(List.of(
                        "{\"unit_id\":\"a\",\"_n\":0,\"name\":\"a\",\"price\":1.10,\"big\":123456789012345678901,"
                                + "\"word\":\"no\",\"day\":\"2024-05-01\",\"oct\":\"012\"}"));
    }
}
