package dev.caravan.pipeline;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.caravan.app.Caravan;
import dev.caravan.base.Json;
import dev.caravan.base.Problem;
import dev.caravan.base.RealDisk;
import dev.caravan.cost.ModelRegistry;
import dev.caravan.step.PreparedStep;
import dev.caravan.step.StepKind;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** What steps share: global context from a file, and lists of labels for prompts, schemas and rules. */
class SharedFilesTest {
    private static final String CONFIG = """
            pipeline:
              steps:
                - {name: label, validation: {enums: {team: {$labels: team}}}}
            processing: {chunk_size: 10, items: {source: tickets.jsonl}}
            labels:
              intent: lists/intents.csv#intent
              team: [billing, network]
              mood: lists/moods.yaml#moods
              size: lists/sizes.json
            prompts:
              global_context: {tone: kind}
              global_context_file: lists/context.yaml
            """;
    private static final String SCHEMA = """
            {"type": "object", "properties": {
              "intent": {"enum": {"$labels": "intent"}},
              "moods": {"type": "array", "items": {"enum": {"$labels": "mood"}}},
              "team": {"type": "string"}, "size": {"anyOf": [{"enum": {"$labels": "size"}}, {"type": "null"}]}}}
            """;

    @TempDir
    Path folder;

    private PipelineFolder pipeline() throws IOException {
        return new PipelineFolder(folder.resolve("p"))
                .with("config.yaml", CONFIG)
                .with(
                        "templates/label.vm",
                        "$id, be $tone to $audience: $text.join($labels.intent, \", \"), $labels.size[0]")
                .with("schemas/label.json", SCHEMA)
                .with("lists/intents.csv", "intent,note\nbuy,\n\"ask, twice\",x\n")
                .with("lists/moods.yaml", "# of people\nmoods:\n  - glad\n  - sad\n")
                .with("lists/sizes.json", "[\"small\",\n \"large\"]")
                .with("lists/context.yaml", "audience: children\nlimits: {words: 1.10}\n")
                .with("tickets.jsonl", "{\"id\":\"a\"}\n");
    }

    private static List<String> hints(PipelineFolder pipeline) {
        return UnitWriter.hints(pipeline.read()).stream().map(Problem::toString).toList();
    }

    private static String prompt(Pipeline pipeline) throws Exception {
        var step = (PreparedStep.Asking)
                StepKind.prepared(pipeline, Caravan.kinds()).get(0);
        ObjectNode unit = Json.object().put("unit_id", "a").put("id", "a");
        return step.prompt("key", unit, Json.mapper().createArrayNode(), false).text();
    }

    @Test
    void one_list_feeds_prompt_schema_and_rules() throws Exception {
        PipelineFolder pipeline = pipeline();
        assertThat(pipeline.problems()).isEmpty();
        assertThat(hints(pipeline)).isEmpty();

        Pipeline read = pipeline.read();
        Step step = read.steps().get(0);
        JsonNode schema = Objects.requireNonNull(step.schemaIn(read.folder()));
        assertThat(prompt(read)).isEqualTo("a, be kind to children: buy, ask, twice, small");
        assertThat(schema.at("/properties/intent/enum").toString()).isEqualTo("[\"buy\",\"ask, twice\"]");
        assertThat(schema.at("/properties/moods/items/enum").toString()).isEqualTo("[\"glad\",\"sad\"]");
        assertThat(step.validation().at("/enums/team").toString()).isEqualTo("[\"billing\",\"network\"]");
        var asking =
                (PreparedStep.Asking) StepKind.prepared(read, Caravan.kinds()).get(0);
        assertThat(asking.judge("{\"intent\": \"buy\", \"team\": \"network\"}", Json.object())
                        .output())
                .isNotNull();
        assertThat(asking.judge("{\"intent\": \"sell\", \"team\": \"network\"}", Json.object())
                        .output())
                .isNull();
        assertThat(asking.judge("{\"intent\": \"buy\", \"team\": \"sales\"}", Json.object())
                        .output())
                .isNull();
    }

    @Test
    void a_run_keeps_copies_and_hears_nothing_of_later_edits() throws Exception {
        PipelineFolder pipeline = pipeline();
        Pipeline read = pipeline.read();
        String digest = PipelineSnapshot.digest(read);
        Path copy = folder.resolve("copy");
        PipelineSnapshot.copy(read, CallOverrides.NONE, copy, new RealDisk());

        pipeline.with("lists/intents.csv", "intent\nsell\n").with("lists/context.yaml", "audience: adults\n");

        assertThat(PipelineSnapshot.digest(pipeline.read())).isNotEqualTo(digest);
        assertThat(prompt(pipeline.read())).contains("to adults: sell");
        Pipeline stored = new PipelineReader(ModelRegistry.shipped(), Map.copyOf(Caravan.kinds()))
                .readSnapshot(copy, CallOverrides.NONE);
        assertThat(prompt(stored)).contains("to children: buy, ask, twice");
        assertThat(PipelineSnapshot.digest(stored)).isEqualTo(digest);
        assertThat(Files.exists(copy.resolve("lists/sizes.json"))).isTrue();
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '!',
            value = {
                "lists/intents.csv ! intent,n\\nbuy,1\\nask,2\\nbuy,3\\n ! lists/intents.csv: line 4: 'buy' is there twice, first at line 2",
                "lists/intents.csv ! intent,n\\n\"a\\nb\",1\\n,2\\n ! lists/intents.csv: line 4: is blank",
                "lists/intents.csv ! intent,n\\n buy,1\\n ! lists/intents.csv: line 2: ' buy' begins or ends with a blank",
                "lists/intents.csv ! intent,n\\n ! lists/intents.csv: holds no labels",
                "lists/intents.csv ! intents,n\\nbuy,1\\n ! labels.intent: lists/intents.csv has no column 'intent'; did you mean 'intents'?",
                "lists/intents.csv ! intent;n\\nbuy;1\\n ! lists/intents.csv: line 1: the header 'intent;n' looks separated",
                "lists/moods.yaml ! moods:\\n- glad\\n- sad\\n\\n- glad\\n ! lists/moods.yaml: line 5: 'glad' is there twice, first at line 2",
                "lists/moods.yaml ! moods:\\n- glad\\n- [sad]\\n ! lists/moods.yaml: line 3: must be a word or a number, not [\"sad\"]",
                "lists/moods.yaml ! moods:\\n- glad\\n- \\n ! lists/moods.yaml: line 3: must be a word",
                "lists/moods.yaml ! mood: [a] ! lists/moods.yaml: moods: there is no list of labels under this key",
                "lists/sizes.json ! [\"s\",\\n\\n\"s\"] ! lists/sizes.json: line 3: 's' is there twice, first at line 1",
                "lists/sizes.json ! {\"s\": []} ! lists/sizes.json: must be a list of labels; where it lies under a key, say which behind a #",
                "lists/sizes.json ! [1,\\n ! lists/sizes.json: line",
                "lists/context.yaml ! tone: rude ! config.yaml: prompts.global_context.tone: is also given in lists/context.yaml",
                "lists/context.yaml ! labels: x ! prompts.global_context.labels: is the name of the lists under labels",
                "lists/context.yaml ! audience: x\\nerrors: x ! lists/context.yaml: errors: is a name of the system's",
                "lists/context.yaml ! [a, b] ! lists/context.yaml: must be a map of names to values",
                "lists/context.yaml ! a: [ ! lists/context.yaml: line",
            })
    void what_is_wrong_in_a_file_is_told_with_its_line(String file, String content, String told) throws IOException {
        PipelineFolder pipeline = pipeline().with(file, content.replace("\\n", "\n"));

        assertThat(pipeline.problems())
                .isNotEmpty()
                .anySatisfy(each -> assertThat(each).contains(told));
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '!',
            value = {
                "lists/intents.csv#intent ! lists/intent.csv#intent ! config.yaml: labels.intent: there is no file 'lists/intent.csv'; did you mean",
                "lists/intents.csv#intent ! ../intents.csv#intent ! labels.intent: '../intents.csv' leads out",
                "lists/intents.csv#intent ! lists/intents.csv ! lists/intents.csv has the columns intent, note; say which, such as lists/intents.csv#intent",
                "lists/intents.csv#intent ! tickets.jsonl ! 'tickets.jsonl' must end in json, yaml or csv",
                "lists/intents.csv#intent ! overrides.json ! 'overrides.json' is a name of the system's",
                "lists/intents.csv#intent ! 7 ! labels.intent: must be a list of words",
                "[billing, network] ! [billing, billing] ! config.yaml: labels.team[1]: 'billing' is there twice, first at labels.team[0]",
                "[billing, network] ! [] ! config.yaml: labels.team: holds no labels",
                "{$labels: team} ! {$labels: teem} ! pipeline.steps[0].validation.enums.team: there is no list 'teem' under labels in config.yaml; did you mean 'team'?",
                "lists/context.yaml ! lists/nothing.yaml ! prompts.global_context_file: there is no file",
                "lists/context.yaml ! [a] ! prompts.global_context_file: must name one file",
                "lists/context.yaml ! tickets.jsonl ! 'tickets.jsonl' must end in json, yaml or csv",
                "{tone: kind} ! {tone: kind, config: x} ! prompts.global_context.config: is a name of the system's",
                "  mood: ! mo-od: ! labels.mo-od: 'mo-od' is no name that a template can write",
            })
    void what_is_wrong_in_the_config_is_told_with_its_place(String from, String to, String told) throws IOException {
        assertThat(CONFIG).contains(from);
        PipelineFolder pipeline = pipeline().with("config.yaml", CONFIG.replace(from, to.strip()));

        assertThat(pipeline.problems())
                .isNotEmpty()
                .anySatisfy(each -> assertThat(each).contains(told));
    }

    @Test
    void references_that_lead_nowhere_are_told_in_schema_and_template() throws IOException {
        assertThat(pipeline()
                        .with("schemas/label.json", SCHEMA.replace("\"mood\"", "\"mod\""))
                        .problems())
                .singleElement()
                .asString()
                .contains("schemas/label.json: $.properties.moods.items.enum: there is no list 'mod'", "'mood'");
        assertThat(pipeline().with("templates/label.vm", "$id\n$labels.intnet").problems())
                .singleElement()
                .asString()
                .contains("templates/label.vm: line 2: there is no list $labels.intnet; did you mean 'intent'?");
        assertThat(pipeline()
                        .with("tickets.jsonl", "{\"id\":\"a\",\"labels\":\"x\"}\n")
                        .problems())
                .isNotEmpty()
                .first()
                .asString()
                .contains("$labels is a field of the record here");
    }

    @Test
    void labels_of_mixed_types_and_such_that_differ_by_capitals_are_hinted_at() throws IOException {
        PipelineFolder pipeline =
                pipeline().with("lists/moods.yaml", "moods:\n- true\n- no\n- unclear\n- Unclear\n- 1.0\n");

        assertThat(pipeline.problems()).isEmpty();
        assertThat(hints(pipeline))
                .hasSize(3)
                .anySatisfy(each -> assertThat(each).startsWith("lists/moods.yaml: line 2: true is a truth value"))
                .anySatisfy(each -> assertThat(each).startsWith("lists/moods.yaml: line 6: 1.0 is a number"))
                .anySatisfy(
                        each -> assertThat(each).startsWith("lists/moods.yaml: line 5: 'Unclear' differs by capital"));
    }

    private PipelineFolder including() throws IOException {
        return pipeline()
                .with("config.yaml", CONFIG.replace("prompts:", "prompts:\n  include: [parts/style.vm, rules.md]"))
                .with("parts/style.vm", "#macro(ask $what)\nTell me $what, $tone.\n#end\nAbout $id:\n")
                .with("rules.md", "# Never $5 or {{ id }}\n")
                .with("templates/label.vm", "#parse(\"parts/style.vm\")\n#ask($id)\n#include(\"rules.md\")\n");
    }

    @Test
    void templates_share_text_and_macros_and_a_run_keeps_them() throws Exception {
        PipelineFolder pipeline = including();
        assertThat(pipeline.problems()).isEmpty();
        assertThat(hints(pipeline)).isEmpty();
        String prompt = "About a:\nTell me a, kind.\n# Never $5 or {{ id }}\n";
        assertThat(prompt(pipeline.read())).isEqualTo(prompt);

        Path copy = folder.resolve("copy");
        PipelineSnapshot.copy(pipeline.read(), CallOverrides.NONE, copy, new RealDisk());
        String digest = PipelineSnapshot.digest(pipeline.read());
        pipeline.with("parts/style.vm", "#macro(ask $what)#end other");
        assertThat(PipelineSnapshot.digest(pipeline.read())).isNotEqualTo(digest);
        Pipeline stored = new PipelineReader(ModelRegistry.shipped(), Map.copyOf(Caravan.kinds()))
                .readSnapshot(copy, CallOverrides.NONE);
        assertThat(prompt(stored)).isEqualTo(prompt);
    }

    @Test
    void what_is_wrong_in_a_part_is_told_with_the_part() throws IOException {
        assertThat(including()
                        .with("parts/style.vm", "#macro(ask $what)$what#end\n#if($id)")
                        .problems())
                .singleElement()
                .asString()
                .startsWith("parts/style.vm: line 2, column ");
        assertThat(including()
                        .with("parts/style.vm", "#macro(ask $what)$what#end\n$idd")
                        .problems())
                .singleElement()
                .asString()
                .startsWith("parts/style.vm: line 2: there is no $idd at this step; did you mean 'id'?");
        assertThat(including()
                        .with("parts/style.vm", "#macro(ask $what)$what#end\n{{ id }}")
                        .problems())
                .singleElement()
                .asString()
                .startsWith("parts/style.vm: line 2, column 1: {{ id }} is of another template language");
        assertThat(including()
                        .with("parts/style.vm", "x")
                        .with("templates/label.vm", "#parse('rules.vm') $id")
                        .problems())
                .singleElement()
                .asString()
                .contains("templates/label.vm: line 1, column 1: 'rules.vm' is none of the files under");
    }

    @Test
    void a_field_that_only_a_part_uses_counts() throws IOException {
        PipelineFolder pipeline = including()
                .with("tickets.jsonl", "{\"id\":\"a\"}\n{\"id\":\"b\"}\n")
                .with("templates/label.vm", "#parse('parts/style.vm')");
        assertThat(hints(pipeline)).isEmpty();

        assertThat(hints(pipeline.with("templates/label.vm", "#ask('it')")))
                .singleElement()
                .asString()
                .contains("uses no field of the record");
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '!',
            value = {
                "include: x.vm ! prompts.include: must be a list of files",
                "include: [nothing.vm] ! prompts.include[0]: there is no file 'nothing.vm'",
                "include: [../x.vm] ! prompts.include[0]: '../x.vm' leads out of the pipeline folder",
                "include: [rules.md, rules.md] ! prompts.include[1]: 'rules.md' is there twice",
                "include: [7] ! prompts.include[0]: must be the name of a file",
            })
    void what_is_included_must_be_files_of_the_folder(String include, String told) throws IOException {
        PipelineFolder pipeline = including().with("config.yaml", CONFIG.replace("prompts:", "prompts:\n  " + include));

        assertThat(pipeline.problems()).anySatisfy(each -> assertThat(each).contains(told));
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '!',
            value = {
                "context.json ! {\"audience\": \"all\"} ! ''",
                "context.csv ! name,value\\naudience,all\\n ! ''",
                "context.csv ! value,name\\nall,audience\\n ! ''",
                "context.csv ! audience\\nall\\n ! line 1: must have the two columns name and value",
                "context.csv ! name,value\\naudience,a\\naudience,all\\n ! line 3: gives 'audience' a second value",
                "context.csv ! name,value\\n,all\\n ! line 2: has a value without a name",
            })
    void global_context_comes_from_json_and_tables_too(String file, String content, String told) throws Exception {
        PipelineFolder pipeline = pipeline()
                .with("config.yaml", CONFIG.replace("lists/context.yaml", file))
                .with(file, content.replace("\\n", "\n"));

        if (told.isEmpty()) {
            assertThat(prompt(pipeline.read())).contains("be kind to all:");
        } else {
            assertThat(pipeline.problems()).anySatisfy(each -> assertThat(each).contains(told));
        }
    }
}
