package dev.caravan.pipeline;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Path;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What can be known of names and types before anything runs: misspelt ones are told, right ones never. */
class FieldFlowTest {
    private static final String CONFIG = """
            pipeline:
              steps:
                - name: roll
                  scope: expression
                  init: {bank: "stake", rounds: "0"}
                  expressions: {die: "random.randint(1, 6)", bank: "bank + (die >= 5 ? 2 : -1)", rounds: "rounds + 1"}
                  loop_until: "bank <= 0 || bank >= 20"
                  max_iterations: 400
                - name: narrate
                  validation:
                    required: [claimed_bank]
                    types: {claimed_bank: number}
                - name: referee
                  scope: expression
                  expressions: {ok: "claimed_bank == bank", why: "\\"claimed=${claimed_bank} real=${bank}\\""}
                  validation:
                    required: [ok]
                    rules: [{name: honest, expr: "ok == true", error: "dishonest: {why}", level: error}]
            processing:
              chunk_size: 40
              repeat: 2
              expressions: {greeting: "'Hello ' + name"}
              items: {source: players.yaml, key: players, name_field: id}
            prompts: {global_context: {tone: playful}}
            """;

    @TempDir
    Path folder;

    private PipelineFolder pipeline;

    @BeforeEach
    void write() throws IOException {
        pipeline = new PipelineFolder(folder)
                .with("config.yaml", CONFIG)
                .with("templates/narrate.vm", """
                        $greeting in a $tone voice: $bank after $rounds rounds, $unit_id, $config.processing.chunk_size.
                        #foreach($e in $errors)$e.message #end #set($x = 1)$x $!nickname $text.trim($name) $5
                        """)
                .with("schemas/narrate.json", """
                        {"type": "object", "properties": {"claimed_bank": {"type": "number"}, "tale": {"type": "string"},
                         "parts": {"type": "array", "items": {"type": "object", "properties": {"n": {"type": "integer"}}}}},
                         "required": ["claimed_bank"]}
                        """)
                .with(
                        "players.yaml",
                        "players: [{id: p1, name: Ann, stake: 5}, {id: p2, name: Bob, stake: 3, nickname: B}]");
    }

    private void replaced(String from, String to) throws IOException {
        assertThat(CONFIG).contains(from);
        pipeline.with("config.yaml", CONFIG.replace(from, to));
    }

    private void says(String part) {
        assertThat(pipeline.problems()).anySatisfy(each -> assertThat(each).contains(part));
    }

    @Test
    void A74_what_is_right_raises_no_false_alarm() {
        assertThat(pipeline.problems()).isEmpty();
    }

    @Test
    void A53_a_template_variable_that_no_step_gives_is_told_with_its_line() throws IOException {
        pipeline.with("templates/narrate.vm", "Fine.\n\nOnly $bnak left.\n");
        assertThat(pipeline.problems())
                .containsExactly("templates/narrate.vm: line 3: there is no $bnak at this step; did you mean 'bank'?");
        pipeline.with("templates/narrate.vm", "$tale");
        says("there is no $tale at this step");
    }

    @Test
    void A99_misspelt_names_in_expressions_and_rules_are_told_where_they_stand() throws IOException {
        replaced("claimed_bank == bank", "claimed_bnak == bank");
        says("config.yaml: pipeline.steps[2].expressions.ok: there is no field 'claimed_bnak' at this step; did you"
                + " mean 'claimed_bank'?");
        replaced("ok == true", "oks == true");
        says("pipeline.steps[2].validation.rules[0].expr: there is no field 'oks' at this step; did you mean 'ok'?");
        replaced("bank >= 20", "bnk >= 20");
        says("pipeline.steps[0].loop_until: there is no field 'bnk'");
        replaced("'Hello ' + name", "'Hello ' + nam");
        says("processing.expressions.greeting: there is no field 'nam'");
    }

    @Test
    void a_required_field_that_no_computation_gives_is_told() throws IOException {
        replaced("required: [ok]", "required: [okk]");
        says("pipeline.steps[2].validation.required: there is no field 'okk' at this step; did you mean 'ok'?");
    }

    @Test
    void impossible_operations_are_told_from_the_first_item_and_the_schema() throws IOException {
        replaced("\"stake\"", "\"name - 3\"");
        says("pipeline.steps[0].init.bank: cannot subtract a text and a number");
        replaced("ok == true", "parts.n.sum() > tale");
        says("rules[0].expr: cannot compare a number with a text");
        replaced("ok == true", "parts[0].n.toUpperCase() == 'X'");
        says("a number has no method 'toUpperCase'");
    }

    @Test
    void what_only_some_values_break_is_no_alarm() throws IOException {
        replaced("ok == true", "parts[40]?.n == null && 100 / parts.size() > 0 && tale[5] != 'x'");
        assertThat(pipeline.problems()).isEmpty();
        replaced("rules: [{", "rules: [{when: \"has('extra')\", ");
        assertThat(pipeline.problems()).isEmpty();
    }

    @Test
    void A43_a_list_held_to_a_fixed_length_is_hinted_at_and_no_mistake() throws IOException {
        replaced("ok == true", "len(parts) == 8");
        assertThat(pipeline.problems()).isEmpty();
        assertThat(pipeline.read().hints()).singleElement().satisfies(each -> {
            assertThat(each.path()).isEqualTo("pipeline.steps[2].validation.rules[0].expr");
            assertThat(each.message()).contains("compare with len(…)");
        });
        replaced("ok == true", "len(parts) == len(tale)");
        assertThat(pipeline.read().hints()).isEmpty();
    }

    @Test
    void what_an_operator_says_has_no_say_in_a_pipelines_folder_and_is_hinted_at() throws IOException {
        pipeline.with("models.yaml", "providers: {}").with(".env", "OPENAI_BASE_URL=http://127.0.0.1:9");
        assertThat(pipeline.problems()).isEmpty();
        assertThat(pipeline.read().hints())
                .hasSize(2)
                .allSatisfy(each -> assertThat(each.message()).contains("is not read here"));
    }

    @Test
    void several_problems_in_several_files_come_in_one_report() throws IOException {
        pipeline.with("templates/narrate.vm", "$bnak\n#if($rounds)")
                .with("schemas/narrate.json", "{\"type\": 1}")
                .with(
                        "config.yaml",
                        CONFIG.replace("scope: expression\n      init", "scope: expression\n      loop: 1\n      init")
                                .replace("max_iterations: 400", "max_iterations: 0")
                                .replace("ok == true", "ok = = true"));

        assertThat(pipeline.problems()).hasSizeGreaterThanOrEqualTo(4);
        says("templates/narrate.vm: line 2");
        says("schemas/narrate.json");
        says("pipeline.steps[0].max_iterations: must be a whole number");
        says("pipeline.steps[2].validation.rules[0].expr: line 1");
    }

    @Test
    void keys_that_are_dead_elsewhere_are_refused_with_the_reason() throws IOException {
        for (String key : new String[] {"depends_on: x", "poll_interval_seconds: 5", "retry: {max_attempts: 3}"}) {
            pipeline.with("config.yaml", CONFIG + "api: {" + key + "}\n");
            assertThat(pipeline.problems()).singleElement().asString().startsWith("config.yaml: api.");
        }
    }
}
