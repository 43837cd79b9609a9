package dev.caravan.pipeline;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.caravan.app.Caravan;
import dev.caravan.base.Json;
import dev.caravan.base.Problem;
import dev.caravan.prompt.RenderingRule;
import dev.caravan.step.NumberedRules;
import dev.caravan.step.PreparedStep;
import dev.caravan.step.StepKind;
import dev.caravan.validation.ReadingRule;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** What is sent for a unit should be about that unit: what a template's author most likely meant otherwise is told. */
class PromptFlowTest {
    private static final String CONFIG = """
            pipeline:
              steps:
                - {name: label, validation: {required: [team]}}
                - {name: check}
            processing: {chunk_size: 10, items: {source: tickets.jsonl}}
            prompts: {global_context: {tone: kind}}
            """;
    private static final String TICKETS = """
            {"id":"a","subject":"Printer","customer":{"city":"Ulm"}}
            {"id":"b","subject":"Invoice","customer":{"city":"Bonn"}}
            """;

    @TempDir
    Path folder;

    private PipelineFolder pipeline(String label) throws IOException {
        return new PipelineFolder(folder)
                .with("config.yaml", CONFIG)
                .with("templates/label.vm", label)
                .with("templates/check.vm", "Is $team right for $subject?")
                .with(
                        "schemas/label.json",
                        "{\"type\": \"object\", \"properties\": {\"team\": {\"type\": \"string\"}}}")
                .with("tickets.jsonl", TICKETS);
    }

    private static List<String> hints(PipelineFolder pipeline) {
        return UnitWriter.hints(pipeline.read()).stream().map(Problem::toString).toList();
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '!',
            value = {
                "{{ subject }} ! write $subject,",
                "{{subject}}s ! write ${subject},",
                "{{{subject}}} ! write $subject,",
                "{{- subject -}} ! write $subject,",
                "{{ customer.city }} ! write $customer.city,",
                "{{ customer['city'] }} ! write $customer['city'],",
                "{{ subject | upper }} ! write $text.upper($subject),",
                "{{ customer|tojson }} ! write $json.write($customer),",
                "{{ subject or 'none' }} ! write $subject,",
                "{{ tone }} ! write $tone,",
                "{{ errors }} ! write $errors,",
                "{{ config.processing }} ! write $config.processing,",
                "{{#each customer}}x{{/each}} ! write #foreach($each in $customer) … #end,",
                "{{#if subject}}x{{else}}y{{/if}} ! write #if($subject) … #end,",
                "{{ len(subject) }} ! is of another template language",
                "{% if anything %}x ! write #if( ) … #end,",
                "{%- for x in list -%}x ! write #foreach($each in $list) … #end,",
                "{% set x = 1 %} ! write #set($name = …),",
                "{% include 'x' %} ! is of another template language",
                "<%= subject %> ! write $subject,",
            })
    void what_only_another_template_language_can_mean_is_refused_with_our_form(String text, String told)
            throws IOException {
        assertThat(pipeline("About $id\n  " + text).problems())
                .isNotEmpty()
                .first()
                .asString()
                .startsWith("templates/label.vm: line 2, column 3: " + text.substring(0, 3))
                .contains(told);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "Answer so: {{\"subject\": 1}}",
                "Answer so: {{subject: \"…\"}}",
                "Answer so: {{ subject, customer }}",
                "\\frac{{1}}{{2}} \\textbf{subject} \\cite{id}",
                "{% a comment of TeX's\n} 5 %}",
                "{\"a\": {\"b\": {\"subject\": {}}}}",
                "Write it as #[[{{ subject }} {% if subject %}]]# does.",
                "#* {{ subject }} *#",
                "${subject} $!{subject} {$subject}",
                "function f() {return subject}",
            })
    void what_only_looks_like_it_is_sent_as_it_stands(String text) throws IOException {
        PipelineFolder pipeline = pipeline("About $id\n" + text);

        assertThat(pipeline.problems()).isEmpty();
        assertThat(hints(pipeline)).isEmpty();
    }

    @ParameterizedTest
    @ValueSource(strings = {"{{ nobody }}", "{% nobody %}", "{# remark #}", "{subject}", "{subject!r}", "%(subject)s"})
    void what_may_be_meant_for_another_language_is_a_hint(String text) throws IOException {
        PipelineFolder pipeline = pipeline("About $id\n" + text);

        assertThat(pipeline.problems()).isEmpty();
        assertThat(hints(pipeline))
                .singleElement()
                .asString()
                .startsWith("templates/label.vm: line 2, column 1: " + text + " stays as it is");
    }

    @Test
    void each_sign_is_told_once_and_names_of_the_template_and_of_earlier_steps_are_known() throws IOException {
        PipelineFolder pipeline =
                pipeline("#set($mine = $id){{ mine }} {{ mine }}").with("templates/check.vm", "$id {{ team }}");

        assertThat(pipeline.problems())
                .hasSize(2)
                .satisfiesExactly(
                        each -> assertThat(each).contains("label.vm: line 1, column 18: {{ mine }}"),
                        each -> assertThat(each).contains("check.vm: line 1, column 5: {{ team }}"));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {"label.j2", "label.jinja2", "label.hbs", "label.jinja.txt", "label.MUSTACHE", "label.liquid"})
    void a_file_that_says_it_is_of_another_language_is_refused(String name) throws IOException {
        PipelineFolder pipeline = pipeline("About $id")
                .with("config.yaml", CONFIG.replace("name: label,", "name: label, template: " + name + ","))
                .with("templates/" + name, "About $id");

        assertThat(pipeline.problems())
                .singleElement()
                .asString()
                .startsWith("templates/" + name + ": is a template of ")
                .contains("end the file's name in .vm");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "Label this.",
                "$tone",
                "#set($x = 'a')$x #foreach($e in $errors)$e.message#end",
                "$config.pipeline.steps[0].name",
                "Be $tone. #if($errors.size() > 0)again#end",
            })
    void a_prompt_that_says_nothing_of_its_unit_is_told(String text) throws IOException {
        PipelineFolder pipeline = pipeline(text);

        assertThat(pipeline.problems()).isEmpty();
        assertThat(hints(pipeline))
                .containsExactly("templates/label.vm: uses no field of the record, so every unit is asked the same;"
                        + " write one where it belongs, such as $customer; if that is meant, say same_prompt: true at"
                        + " the step");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "$!subject",
                "#set($x = $subject)$x",
                "#if($customer.city == 'Ulm')a#{else}b#end",
                "#foreach($each in $customer)$each#end",
                "$unit_id",
                "$json.write($customer)",
                "$greeting",
                "$dice",
            })
    void every_way_to_use_a_field_counts(String text) throws IOException {
        PipelineFolder pipeline = pipeline(text)
                .with(
                        "config.yaml",
                        CONFIG.replace(
                                "processing: {",
                                "processing: {expressions: {greeting: \"'Dear ' + id\", dice: \"random.randint(1, 6)\"}, "));

        assertThat(hints(pipeline)).isEmpty();
    }

    @Test
    void an_expression_over_nothing_of_the_record_is_no_field() throws IOException {
        PipelineFolder pipeline = pipeline("$greeting")
                .with(
                        "config.yaml",
                        CONFIG.replace("processing: {", "processing: {expressions: {greeting: \"'Dear ' + 'you'\"}, "));

        assertThat(hints(pipeline)).singleElement().asString().contains("uses no field of the record");
    }

    @Test
    void whoever_samples_one_prompt_on_purpose_says_so_and_hears_nothing() throws IOException {
        PipelineFolder pipeline = pipeline("Roll a die.")
                .with("config.yaml", CONFIG.replace("name: label,", "name: label, same_prompt: true,"));
        assertThat(hints(pipeline)).isEmpty();

        pipeline.with("templates/label.vm", "Roll a die for $id.");
        assertThat(hints(pipeline))
                .singleElement()
                .asString()
                .contains("same_prompt")
                .contains("remove it");

        pipeline.with("config.yaml", CONFIG.replace("name: label,", "name: label, same_prompt: often,"));
        assertThat(pipeline.problems()).singleElement().asString().contains("must be true or false, not \"often\"");
    }

    @Test
    void one_item_may_be_asked_the_same_as_often_as_one_likes() throws IOException {
        PipelineFolder pipeline = pipeline("Roll a die.")
                .with("config.yaml", CONFIG.replace("processing: {", "processing: {repeat: 20, "))
                .with("tickets.jsonl", TICKETS.lines().findFirst().orElseThrow());

        assertThat(hints(pipeline)).isEmpty();
    }

    @Test
    void fields_that_some_items_lack_or_hold_null_are_counted() throws IOException {
        PipelineFolder pipeline = pipeline("$subject of $customer.city, $!note #if($nick)$nick#end")
                .with("tickets.jsonl", """
                        {"id":"a","subject":"Printer","customer":{"city":null},"nick":null}

                        {"id":"b","subject":null,"customer":{},"nick":"B"}
                        {"id":"c","customer":{"city":"Bonn"},"nick":null,"note":null}
                        {"id":"d","customer":{"city":"Bonn"},"nick":null}
                        """);

        assertThat(pipeline.problems()).isEmpty();
        assertThat(hints(pipeline))
                .containsExactly(
                        "tickets.jsonl: line 4: 2 of 4 items have no 'subject', this one first; templates/label.vm"
                                + " (line 1) needs it, so their prompts cannot be made: write $!subject where it may"
                                + " be missing",
                        "tickets.jsonl: line 3: 1 of 4 items holds null in 'subject', this one first;"
                                + " templates/label.vm (line 1) shows nothing there: write $!subject if that is meant",
                        "tickets.jsonl: line 3: 1 of 4 items has no 'customer.city', this one first;"
                                + " templates/label.vm (line 1) needs it, so their prompts cannot be made: write"
                                + " $!customer.city where it may be missing",
                        "tickets.jsonl: line 1: 1 of 4 items holds null in 'customer.city', this one first;"
                                + " templates/label.vm (line 1) shows nothing there: write $!customer.city if that is"
                                + " meant");
    }

    @Test
    void a_condition_allows_for_null_but_not_for_a_field_that_is_missing() throws IOException {
        PipelineFolder pipeline = pipeline("$id #if($nick)x#end")
                .with("templates/check.vm", "Is $team right for $id?")
                .with("tickets.jsonl", "{\"id\":\"a\",\"nick\":null}\n{\"id\":\"b\"}\n");

        assertThat(hints(pipeline))
                .singleElement()
                .asString()
                .startsWith("tickets.jsonl: line 2: 1 of 2 items has no 'nick'");
    }

    @Test
    void what_a_step_gives_anew_or_decides_by_is_no_gap_of_the_items() throws IOException {
        PipelineFolder pipeline = pipeline("About $id")
                .with("config.yaml", CONFIG.replace("{name: check}", "{name: check, skip_if: \"!has('subject')\"}"))
                .with("tickets.jsonl", "{\"id\":\"a\",\"team\":null}\n{\"id\":\"b\",\"subject\":\"x\"}\n");

        assertThat(pipeline.problems()).isEmpty();
        assertThat(hints(pipeline)).isEmpty();
    }

    @Test
    void a_null_is_nothing_in_prompts_of_new_runs_and_the_word_in_those_of_earlier_ones() throws Exception {
        Pipeline read = pipeline("[$subject]").read();
        ObjectNode record = Json.object().putNull("subject");

        assertThat(prompt(read, NumberedRules.NEWEST, record)).isEqualTo("[]");
        assertThat(prompt(read, new NumberedRules(ReadingRule.NEWEST, RenderingRule.FIRST), record))
                .isEqualTo("[null]");
    }

    private static String prompt(Pipeline pipeline, NumberedRules rules, ObjectNode record) throws Exception {
        var step = (PreparedStep.Asking)
                StepKind.prepared(pipeline, Caravan.kinds(), rules).get(0);
        return step.prompt("key", record, Json.mapper().createArrayNode(), false)
                .text();
    }

    @Test
    void members_of_an_enum_that_yaml_took_for_no_text_are_told_with_their_place() throws IOException {
        PipelineFolder pipeline = pipeline("About $id")
                .with(
                        "config.yaml",
                        CONFIG.replace(
                                "required: [team]",
                                "required: [team], enums: {team: [true, no, 1.0, null, unclear], grade: [1, 2, 3], ok: [true, false],"
                                        + " word: [yes, no, \"true\"]}"));

        assertThat(pipeline.problems()).isEmpty();
        assertThat(hints(pipeline))
                .hasSize(3)
                .contains("config.yaml: pipeline.steps[0].validation.enums.team[0]: true is a truth value here, and"
                        + " others in the list are texts; if the word is meant, put it into quotes: \"true\"")
                .anySatisfy(each -> assertThat(each).contains("enums.team[2]: 1.0 is a number", "\"1.0\""))
                .anySatisfy(each -> assertThat(each).contains("enums.team[3]: null is nothing", "\"null\""));
    }

    @Test
    void so_are_those_of_a_schema_where_null_may_stand() throws IOException {
        PipelineFolder pipeline = pipeline("About $id").with("schemas/label.json", """
                        {"type": "object", "properties": {"team": {"enum": ["a", true, null]}, "n": {"enum": [1, null]}}}
                        """);

        assertThat(hints(pipeline))
                .singleElement()
                .asString()
                .startsWith("schemas/label.json: $.properties.team.enum[1]: true is a truth value");
    }

    @Test
    void gaps_are_found_in_the_lists_that_positions_choose_from() throws IOException {
        PipelineFolder pipeline = pipeline("$who.name $who.trait in $mood.name")
                .with("config.yaml", """
                        pipeline: {steps: [{name: label}]}
                        processing:
                          strategy: cross_product
                          chunk_size: 10
                          positions: [{name: who, source_key: people}, mood]
                          items: {source: cast.yaml}
                        """)
                .with("cast.yaml", """
                        people: [{name: Ann, trait: ~}, {name: Bob, trait: shy}]
                        moods: [{name: glad}]
                        """);

        assertThat(hints(pipeline))
                .singleElement()
                .asString()
                .startsWith("cast.yaml: people[0]: 1 of 2 items holds null in 'trait'");
    }
}
