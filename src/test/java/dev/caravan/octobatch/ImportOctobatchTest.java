package dev.caravan.octobatch;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import dev.caravan.base.Json;
import dev.caravan.testing.CommandResult;
import dev.caravan.testing.OneEngine;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Whole folders in the form of Octobatch: brought over, checked, and run to their end. */
class ImportOctobatchTest {
    private static OneEngine engine;

    @TempDir
    Path folder;

    @BeforeAll
    static void start() {
        engine = new OneEngine("", 50);
    }

    @AfterAll
    static void stop() {
        engine.close();
    }

    private Path written(String name, Map<String, String> files) throws IOException {
        Path home = Files.createDirectories(folder.resolve(name));
        for (var each : files.entrySet()) {
            Path file = home.resolve(each.getKey());
            Files.createDirectories(file.getParent());
            Files.writeString(file, each.getValue());
        }
        return home;
    }

    private static final Map<String, String> LABELS =
            Map.of("config.yaml", """
            pipeline: {steps: [{name: label, description: "What a letter is about"}]}
            api: {provider: openai, model: gpt-4o-mini}
            processing:
              strategy: direct
              chunk_size: 20
              items: {source: letters.yaml, key: letters, name_field: number}
            prompts: {templates: {label: label.jinja2}}
            schemas: {files: {label: label.json}}
            validation:
              label:
                required: [mood, topic]
                types: {mood: integer, topic: string}
                ranges: {mood: [1, 5]}
                enums: {topic: [praise, complaint, question]}
            """, "letters.yaml", """
            letters:
              - {number: L-1, from: Ada, lines: [The tea was cold, and late], stars: 2}
              - {number: L-2, from: Bo, lines: [], stars: 5}
            """, "templates/label.jinja2", """
            # A letter of {{ from }}

            {% for line in lines %}
            {{ loop.index }}. {{ line }}
            {% else %}
            (an empty sheet)
            {% endfor %}
            {% if stars is defined and stars > 3 %}The writer was happy: {{ stars }} of 5.{% endif %}

            Answer with one JSON object: mood (1 to 5), topic ({{ ["praise", "complaint", "question"]|join(", ") }}).
            """, "schemas/label.json", """
            {"type": "object", "required": ["mood", "topic"], "properties": {
              "mood": {"type": "integer", "minimum": 1, "maximum": 5},
              "topic": {"type": "string", "enum": ["praise", "complaint", "question"]}}}
            """);

    private static final Map<String, String> WALK = Map.of(
            "config.yaml",
            """
            pipeline:
              name: Climber
              steps:
                - name: climb
                  scope: expression
                  init: {height: "start", path: "[start]", turns: 0}
                  expressions:
                    move: "random.choice([-1, 1])"
                    height: "height + (2 if move > 0 and height % 3 != 0 else move)"
                    path: "path + [height]"
                    turns: "turns + 1"
                  loop_until: "height <= 0 or height >= 12"
                  max_iterations: 500
                - name: tell
                - name: referee
                  scope: expression
                  expressions:
                    peak: "max([h for h in path if h is not None])"
                    tail: "path[-3:]"
                    facts: "{'peak': peak, 'turns': turns, 'last': tail[-1]}"
                    ok: "isinstance(claimed_height, int)"
                    why: "f'claimed={claimed_height} real={height} after {len(path) - 1:03d}'"
            api: {retry: {max_attempts: 3, initial_delay_seconds: 2}, realtime: {cost_cap_usd: 0.5}}
            processing: {strategy: direct, repeat: 6, chunk_size: 4, items: {source: climbers.yaml, key: climbers, name_field: id}}
            prompts: {templates: {tell: tell.jinja2}}
            schemas: {files: {tell: tell.json}}
            validation:
              tell: {required: [claimed_height], types: {claimed_height: number}}
              referee:
                required: [ok]
                rules:
                  - {name: honest, expr: "ok == True", error: "dishonest: {why}", level: error}
                  - {name: whole, expr: "0 <= turns <= 500 and path[0] == start", error: "{_computed}"}
                  - {name: noted, expr: "'T' in note", when: "'note' in dir()", error: "no T", level: warning}
            post_process:
              - {name: outcome, script: scripts/analyze_results.py, args: [--group-by, id, --numeric-field, turns], output: turns.txt}
              - {name: pack, type: gzip, files: ["chunks/*/*_results.jsonl"]}
            """,
            "climbers.yaml",
            "climbers:\n  - {id: low, start: 2}\n  - {id: high, start: 9}\n",
            "templates/tell.jinja2",
            """
            A climber went {{ path|tojson }}, the last steps {{ path[-2:]|join(' then ') }}.
            {{ 'Fell' if height <= 0 else 'Made it' }} in {{ turns }} turns.
            Answer as JSON: claimed_height, note.
            """,
            "schemas/tell.json",
            """
            {"type": "object", "required": ["claimed_height"], "properties": {
              "claimed_height": {"type": "integer"}, "note": {"type": "string"}}}
            """);

    private static final Map<String, String> SLOGANS = Map.of(
            "config.yaml",
            """
            pipeline:
              steps:
                - {name: brainstorm, provider: gemini, model: gemini-2.5-flash}
                - {name: split, scope: fan_out, field: slogans, child_field: slogan}
                - {name: judge, provider: anthropic, model: claude-haiku-4-5-20251001}
                - {name: export, scope: run, script: scripts/extract_units.py, filename_expression: "data['unit_id'] + '-' + str(data['score'])", compression: gzip}
            api: {max_inflight_batches: 4, subprocess_timeout_seconds: 900}
            processing:
              strategy: cross_product
              chunk_size: 25
              positions: [{name: product, source_key: products}, {name: market}]
              items: {source: grid.yaml, name_field: code}
            prompts: {templates: {brainstorm: b.jinja2, judge: j.jinja2}, global_context: {tone: playful}}
            schemas: {files: {brainstorm: b.json, judge: j.json}}
            validation:
              brainstorm: {required: [slogans], types: {slogans: array}, rules: [{name: few, expr: "len(slogans) >= 1", error: "only {_computed}"}]}
              judge: {required: [score], ranges: {score: [0, 10]}, rules: [{name: weak, expr: "score >= 4", error: "weak {score}", level: warning}]}
            """,
            "grid.yaml",
            """
            products: [{code: tea, title: Tea, traits: {taste: sharp, price: 3}}, {code: hat, title: Hat, traits: {colour: red}}]
            markets: [{code: de, tongue: German}, {code: fr, tongue: French}]
            """,
            "templates/b.jinja2",
            """
            Find {{ tone }} slogans for {{ product.title }} in {{ market['tongue'] }}.
            {% for trait, value in product.traits.items() %}
            - {{ trait|upper }}: {{ value }}
            {% endfor %}
            """,
            "templates/j.jinja2",
            """
            Rate from 0 to 10: {{ slogan }} ({{ product.title ~ '/' ~ market.code }}).
            {% set others = slogans|reject('eq', slogan)|list %}Others: {{ others|join('; ') or 'none' }}
            """,
            "schemas/b.json",
            """
            {"type": "object", "required": ["slogans"], "properties": {
              "slogans": {"type": "array", "minItems": 1, "maxItems": 3, "items": {"type": "string"}}}}
            """,
            "schemas/j.json",
            "{\"type\": \"object\", \"required\": [\"score\"], \"properties\": {\"score\": {\"type\": \"integer\", \"minimum\": 0, \"maximum\": 10}}}");

    private Path imported(Path from, int code, String... lines) {
        Path target = folder.resolve("pipelines").resolve(String.valueOf(from.getFileName()));
        Imports.Outcome said = Imports.run(from, target);
        assertThat(said.left()).as(said.config()).hasSize(code == 0 ? 0 : lines.length);
        for (String each : lines) {
            assertThat(String.join("\n", said.left())).contains(each);
        }
        CommandResult valid = CommandResult.of("validate-config", target.toString());
        assertThat(valid.code()).as(valid.all() + said.config()).isZero();
        assertThat(valid.out()).contains("nothing wrong");
        return target;
    }

    private List<JsonNode> results(Path pipeline, String mode) throws IOException {
        Path run = folder.resolve("runs").resolve(pipeline.getFileName() + "-" + mode);
        CommandResult said = engine.said(
                "run", pipeline.toString(), "--simulate", "--yes", "--mode", mode, "--run-dir", run.toString());
        assertThat(said.code()).as(said.all()).isZero();
        try (Stream<String> lines = Files.lines(run.resolve("outputs/results.jsonl"))) {
            return lines.map(Json::parse).toList();
        }
    }

    @Test
    void a_small_pipeline_comes_over_whole_and_runs() throws IOException {
        Path pipeline = imported(written("labels", LABELS), 0);
        assertThat(results(pipeline, "batch")).hasSize(2).allMatch(each -> each.has("mood"));
        assertThat(Files.readString(pipeline.resolve("letters.yaml"))).isEqualTo(LABELS.get("letters.yaml"));
    }

    @Test
    void a_simulation_with_a_referee_and_a_report_comes_over_and_runs() throws IOException {
        Path pipeline = imported(written("climber", WALK), 1, "--cap 0.5");
        var results = results(pipeline, "realtime");
        assertThat(results).hasSize(12).allMatch(each -> each.path("ok").asBoolean());
        assertThat(results)
                .allMatch(each -> each.path("path").size() == each.path("turns").asInt() + 1);
        assertThat(results)
                .allMatch(each ->
                        each.path("tail").size() == 3 || each.path("path").size() < 3);
        assertThat(results.get(0).path("why").asText()).matches("claimed=-?\\d+ real=-?\\d+ after \\d{3,}");
        assertThat(Files.readString(folder.resolve("runs/climber-realtime/outputs/turns.txt")))
                .contains("high", "low");
    }

    @Test
    void a_grid_of_two_vendors_that_fans_out_comes_over_and_runs() throws IOException {
        Path pipeline = imported(written("slogans", SLOGANS), 0);
        var results = results(pipeline, "batch");
        assertThat(results).hasSizeGreaterThanOrEqualTo(4).allMatch(each -> each.has("score"));
        try (Stream<Path> units = Files.list(folder.resolve("runs/slogans-batch/outputs/units"))) {
            assertThat(units.filter(each -> each.toString().matches(".*-\\d+\\.json\\.gz")))
                    .hasSize(results.size());
        }
    }

    @Test
    void the_flat_short_form_comes_over_too() throws IOException {
        Path from = written(
                "flat",
                Map.of(
                        "config.yaml",
                        """
                        name: Flat
                        items_source: people.yaml
                        chunk_size: 5
                        max_retries: 2
                        api: {provider: openai, model: gpt-4o-mini}
                        pipeline: [{name: greet, template: templates/hello.j2, output_schema: schemas/hello.json}]
                        """,
                        "people.yaml",
                        "- {name: Ada}\n- {name: Bo}\n",
                        "templates/hello.j2",
                        "Greet {{ name | upper }} as JSON: greeting.\n",
                        "schemas/hello.json",
                        "{\"type\": \"object\", \"required\": [\"greeting\"], \"properties\": {\"greeting\": {\"type\": \"string\"}}}"));
        Path pipeline = imported(from, 0);
        assertThat(results(pipeline, "realtime"))
                .extracting(each -> each.path("unit_id").asText())
                .containsExactly("Ada", "Bo");
    }

    @Test
    void validate_config_says_in_one_line_whose_pipeline_it_is() throws IOException {
        Path from = written("labels", LABELS);
        CommandResult said = CommandResult.of("validate-config", from.toString());
        assertThat(said.code()).isEqualTo(2);
        assertThat(said.err().lines()).hasSize(1);
        assertThat(said.err()).contains("is an Octobatch pipeline; caravan import octobatch " + from);
        assertThat(CommandResult.of("validate-config", "--json", from.toString())
                        .out())
                .contains("\"valid\":false", "Octobatch");
        assertThat(CommandResult.of("validate-config", "blackjack").code()).isZero();
    }

    @Test
    void the_command_names_the_new_folder_and_never_writes_over_one() throws IOException {
        Path from = written("labels", LABELS);
        assertThat(CommandResult.of("import", "octobatch", from.toString(), "--to", "../out")
                        .code())
                .isEqualTo(2);
        assertThat(CommandResult.of("import", "octobatch", folder.toString()).err())
                .contains("config.yaml", "is missing");
        assertThat(CommandResult.of("import").code()).isEqualTo(2);
        CommandResult there = CommandResult.of("import", "octobatch", from.toString(), "--to", "blackjack");
        assertThat(there.code()).isEqualTo(2);
        assertThat(there.err()).contains("pipelines/blackjack", "already exists", "--to NAME");
    }
}
