package dev.caravan.pipeline;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.caravan.base.Json;
import dev.caravan.base.Problem;
import java.io.IOException;
import java.nio.charset.Charset;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Items as spreadsheets, scripts and people save them. */
class ItemFilesTest {
    @TempDir
    Path folder;

    private PipelineFolder items(String file, String content) throws IOException {
        return items(file, "", content);
    }

    private PipelineFolder items(String file, String more, String content) throws IOException {
        return new PipelineFolder(folder)
                .with("config.yaml", """
                        pipeline: {steps: [{name: greet}]}
                        processing: {chunk_size: 10, items: {source: %s%s}}
                        """.formatted(file, more))
                .with("templates/greet.vm", "Greet $unit_id.")
                .with(file, content);
    }

    private void refused(PipelineFolder pipeline, String place, String reason) {
        assertThat(pipeline.problems())
                .singleElement()
                .satisfies(each -> assertThat(each).contains(place).contains(reason));
    }

    private static List<String> values(PipelineFolder pipeline, String field) {
        return pipeline.units().stream().map(each -> each.path(field).asText()).toList();
    }

    private static List<String> hints(PipelineFolder pipeline) {
        return UnitWriter.hints(pipeline.read()).stream().map(Problem::toString).toList();
    }

    @Test
    void a_column_that_stands_twice_is_refused_by_its_name() throws IOException {
        refused(
                items("guests.csv", "no,first name, first name\n1,Ada,Lovelace\n"),
                "guests.csv: line 1",
                "the column \"first name\" twice");
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "guests.csv   | unit_id,seat\\nG-2,b\\n7,a\\n",
                "guests.jsonl | {\"unit_id\":\"G-2\",\"seat\":\"b\"}\\n{\"unit_id\":7,\"seat\":\"a\"}",
                "guests.json  | [{\"seat\":\"b\",\"unit_id\":\"G-2\"},{\"unit_id\":7,\"seat\":\"a\"}]",
                "guests.yaml  | [{unit_id: G-2, seat: b}, {unit_id: 7, seat: a}]",
            })
    void items_that_come_with_a_unit_id_keep_it(String file, String content) throws IOException {
        PipelineFolder pipeline = items(file, content.replace("\\n", "\n"));

        assertThat(pipeline.problems()).isEmpty();
        assertThat(pipeline.ids()).containsExactly("G-2", "7");
        assertThat(values(pipeline, "seat")).containsExactly("b", "a");
    }

    @Test
    void a_unit_id_that_cannot_be_kept_as_it_is_is_refused_with_the_way_out() throws IOException {
        refused(items("a.csv", "unit_id,x\nG 2,1\n"), "a.csv: line 2", "'G 2' is no id");
        refused(items("a.csv", "unit_id,x\ng2,1\nG2,2\n"), "a.csv: line 3", "'G2' is there twice");
        refused(items("a.csv", "unit_id,x\n,1\n"), "a.csv: line 2", "processing.items.name_field");
        refused(items("a.jsonl", "{\"unit_id\":null,\"x\":1}"), "a.jsonl: line 1", "not null");
        refused(items("a.csv", ", name_field: x", "unit_id,x\nG2,1\n"), "a.csv: line 2", "name_field names 'x'");
        PipelineFolder renamed = items("a.csv", ", name_field: guest_id", "guest_id,x\nG 2,1\n");
        assertThat(values(renamed, "guest_id")).containsExactly("G 2");
        assertThat(renamed.ids()).containsExactly("G_2");
    }

    @Test
    void rows_of_empty_cells_are_no_units_and_are_told() throws IOException {
        PipelineFolder pipeline = items("guests.csv", "no,name\n1,Ada\n,,\n , \n\"\",\n2,Max\n,\n".replace(",,", ","));

        assertThat(values(pipeline, "name")).containsExactly("Ada", "Max");
        assertThat(hints(pipeline))
                .containsExactly("guests.csv: line 3: 4 rows from here on have empty cells only; they are no units");
    }

    @Test
    void blank_lines_are_no_rows() throws IOException {
        PipelineFolder pipeline = items("guests.csv", "\nno,name\n\n1,Ada\n   \n\n");

        assertThat(pipeline.problems()).isEmpty();
        assertThat(pipeline.ids()).hasSize(1);
        assertThat(hints(pipeline)).isEmpty();
    }

    @Test
    void in_a_single_column_a_blank_line_is_an_empty_cell() throws IOException {
        PipelineFolder pipeline = items("guests.csv", "name\nAda\n\nMax\n");

        assertThat(values(pipeline, "name")).containsExactly("Ada", "Max");
        assertThat(hints(pipeline)).containsExactly("guests.csv: line 3: this row has empty cells only; it is no unit");
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '!',
            value = {
                "no;name\\n1;Ada ! separated by \";\"; set processing.items.delimiter: \";\"",
                "no;name\\n1,5;Ada ! separated by \";\"; set processing.items.delimiter: \";\"",
                "no;name;last, first\\n1;2;3 ! separated by \";\"; set processing.items.delimiter: \";\"",
                "no\\tname\\n1\\tAda ! separated by tabs; set processing.items.delimiter: tab",
                "no|name\\n1|Ada ! separated by \"|\"; set processing.items.delimiter: \"|\"",
                "sep=;\\nno;name\\n1;Ada ! separated by \";\"; set processing.items.delimiter: \";\"",
            })
    void other_separators_are_named(String content, String reason) throws IOException {
        refused(
                items("guests.csv", content.replace("\\n", "\n").replace("\\t", "\t")),
                "guests.csv: line 1: the header",
                "looks " + reason + " in config.yaml, or save the file with commas");
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '!',
            value = {
                "\";\" ! no;name\\n1;\"Ada; 1,5\"\\n2;Max",
                "\";\" ! sep=;\\nno;name\\n1;\"Ada; 1,5\"\\n2;Max",
                "';'     ! no;name\\r\\n1;\"Ada; 1,5\" \\r\\n2;Max\\r\\n",
            })
    void cells_are_separated_by_what_the_config_says(String delimiter, String content) throws IOException {
        PipelineFolder pipeline = items(
                "guests.csv",
                ", delimiter: " + delimiter,
                content.replace("\\n", "\n").replace("\\r", "\r"));

        assertThat(pipeline.problems()).isEmpty();
        assertThat(values(pipeline, "name")).containsExactly("Ada; 1,5", "Max");
    }

    @Test
    void tabs_are_named_by_their_word_and_stand_behind_quoted_cells_too() throws IOException {
        PipelineFolder pipeline =
                items("guests.csv", ", delimiter: tab", "no\tname\tseat\n\"1\"\t\"A\nda\" \t\n2\tMax\tb\n");

        assertThat(values(pipeline, "name")).containsExactly("A\nda", "Max");
        assertThat(values(pipeline, "seat")).containsExactly("", "b");
        refused(
                items("guests.csv", ", delimiter: tab", "no\tname\n\"1\"\t\"A\nda\"\n\n2\n"),
                "guests.csv: line 5",
                "has 1 cell, and the header 2");
    }

    @Test
    void a_file_of_tabs_by_its_name_needs_no_word() throws IOException {
        assertThat(values(items("guests.tsv", "", "no\tname\n1\tAda, 1;5\n"), "name"))
                .containsExactly("Ada, 1;5");
        assertThat(values(items("guests.tsv", ", delimiter: \";\"", "no;name\n1;Ada\n"), "name"))
                .containsExactly("Ada");
        refused(
                items("guests.tsv", "", "no,name\n1,Ada\n"),
                "guests.tsv: line 1",
                "set processing.items.delimiter: \",\"");
    }

    @Test
    void a_delimiter_that_the_file_does_not_have_is_told_with_the_one_it_has() throws IOException {
        refused(
                items("guests.csv", ", delimiter: \";\"", "no,name\n1,Ada\n"),
                "guests.csv: line 1: the header 'no,name' looks separated by \",\"",
                "remove processing.items.delimiter");
        refused(
                items("guests.csv", ", delimiter: \";\"", "no\tname\n1\tAda\n"),
                "looks separated by tabs",
                "set processing.items.delimiter: tab");
    }

    @ParameterizedTest
    @ValueSource(strings = {"\"\"", "\";;\"", "x", "7", "semicolon", "'\"'", "\" \"", "\"\\n\"", "[\";\"]", "\"😀\""})
    void what_can_separate_nothing_is_refused(String delimiter) throws IOException {
        refused(
                items("guests.csv", ", delimiter: " + delimiter, "no,name\n1,Ada\n"),
                "config.yaml: processing.items.delimiter",
                "must be one sign that stands between cells");
    }

    @Test
    void only_a_table_has_a_delimiter() throws IOException {
        refused(
                items("guests.jsonl", ", delimiter: \";\"", "{\"no\":1}"),
                "processing.items.delimiter",
                "only has a meaning for a file that ends in .csv");
    }

    @ParameterizedTest
    @CsvSource({"\\n,6", "\\r\\n,6", "\\r,6"})
    void rows_of_jsonl_are_counted_as_an_editor_counts_lines(String end, int line) throws IOException {
        refused(
                items(
                        "guests.jsonl",
                        "\n{\"no\":1}\n\n  \n{\"no\":\"2\\u2028\\n\"}\n[]\n"
                                .replace("\n", end.replace("\\n", "\n").replace("\\r", "\r"))),
                "guests.jsonl: line " + line + ":",
                "must hold one JSON object");
    }

    @Test
    void what_spreadsheets_add_is_taken_for_what_it_is() throws IOException {
        PipelineFolder pipeline = items(
                "guests.csv",
                "\uFEFFsep=,\r\n no , name,,\r\n1,\"Ada, \"\"the first\"\"\" ,,\r\n2,5\" tall,,\r\n3,\"a\r\nb\",,\r\n");

        assertThat(pipeline.problems()).isEmpty();
        assertThat(values(pipeline, "name")).containsExactly("Ada, \"the first\"", "5\" tall", "a\r\nb");
        assertThat(values(pipeline, "no")).containsExactly("1", "2", "3");
        assertThat(values(items("guests.csv", "no,name\r1,Ada\r2,Max"), "name")).containsExactly("Ada", "Max");
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '!',
            value = {
                "no,name\\n1,\"two\\nlines\"\\n\\n2\\n ! line 5 ! has 1 cell, and the header 2",
                "no,name\\r\\n1,\"two\\r\\nlines\"\\r\\n2,Max,x\\r\\n ! line 4 ! has 3 cells, and the header 2; put",
                "no,name\\n1,Ada\\n2,\"Max\\n3,Eva\\n ! line 3 ! none ends it",
                "no,name\\n1,\"A\"da\\n ! line 2 ! text stands behind the double quote",
                "no,name,\\n1,Ada,x\\n ! line 2 ! cell 3 stands in a column without a name",
                "no,name\\n1,A\\0a\\n ! line 2 ! holds a NUL byte",
                "\",\"\\n1\\n ! line 2 ! ''",
            })
    void what_is_no_table_is_refused_with_its_line_in_the_file(String content, String line, String reason)
            throws IOException {
        String text = content.replace("\\n", "\n").replace("\\r", "\r").replace("\\0", "\0");
        if (reason.isEmpty()) {
            assertThat(values(items("guests.csv", text), ",")).containsExactly("1");
        } else {
            refused(items("guests.csv", text), "guests.csv: " + line + ":", reason);
        }
    }

    @Test
    void a_header_without_names_or_rows_makes_no_units() throws IOException {
        refused(items("guests.csv", ",,\n1,2,3\n"), "line 1", "must name the columns");
        refused(items("guests.csv", "no,name\n\n"), "guests.csv", "holds no items");
        refused(items("guests.csv", ""), "guests.csv", "holds no items");
    }

    @ParameterizedTest
    @ValueSource(strings = {"csv", "jsonl", "json", "yaml"})
    void other_encodings_get_one_clear_message(String format) throws IOException {
        String text = format.equals("csv") ? "name\nZoë\n" : "[{\"name\": \"Zoë\"}]";
        for (Charset each : List.of(StandardCharsets.UTF_16, StandardCharsets.UTF_16LE, StandardCharsets.UTF_16BE)) {
            PipelineFolder pipeline = items("guests." + format, "");
            Files.write(folder.resolve("guests." + format), text.getBytes(each));
            refused(pipeline, "guests." + format, "is not UTF-8 text but UTF-16; save it as UTF-8");
        }
        Files.write(folder.resolve("guests." + format), text.getBytes(StandardCharsets.ISO_8859_1));
        refused(new PipelineFolder(folder), "guests." + format, "is not UTF-8 text; save it as UTF-8");
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '!',
            value = {
                "[{\"n\":1}]\\n[{\"n\":2}] ! line 2 ! something follows the list",
                "[{\"n\":1}]\\n\\n{} ! line 3 ! something follows the list",
                "[{\"n\":1}] and so on ! line 1 ! Unrecognized token 'and'",
                "[{\"n\":1,\\n\"n\":2}] ! line 2 ! the key 'n' stands twice",
                "[{\"a\":{\"n\":1,\"n\":2}}] ! line 1 ! the key 'n' stands twice",
                "[{\"n\":NaN}] ! line 1 ! 'NaN' is no value of JSON",
                "[{\"n\":-Infinity}] ! line 1 ! '-Infinity' is no value of JSON",
                "[{\"n\":1}] // one ! line 1 ! a comment is no JSON",
                "[ # one\\n{\"n\":1}] ! line 1 ! a comment is no JSON",
                "[{\"n\":1} ! line 1 ! Unexpected end-of-input",
            })
    void in_json_nothing_is_lost_without_a_word(String content, String line, String reason) throws IOException {
        refused(items("a.json", content.replace("\\n", "\n")), "a.json: " + line, reason);
    }

    @Test
    void nor_is_it_around_a_list_under_a_key() throws IOException {
        String more = ", key: rows";
        assertThat(items("a.json", more, "{\"of\":{\"rows\":3},\"rows\":[{\"n\":1}],\"then\":[{}]}\n")
                        .ids())
                .hasSize(1);
        refused(items("a.json", more, "{\"rows\":[{\"n\":1}],\n\"rows\":[]}"), "line 2", "the key 'rows' stands twice");
        refused(items("a.json", more, "{\"x\":1,\"x\":2,\"rows\":[{\"n\":1}]}"), "line 1", "the key 'x' stands twice");
        refused(items("a.json", more, "{\"rows\":[{\"n\":1}]}\n{}"), "line 2", "something follows the object");
        refused(items("a.json", more, "{\"rows\":[{\"n\":1}]"), "line 1", "Unexpected end-of-input");
    }

    @Test
    void in_jsonl_a_key_that_stands_twice_is_refused_with_its_line() throws IOException {
        refused(items("a.jsonl", "{\"n\":1}\n\n{\"n\":1,\"n\":2}\n"), "a.jsonl: line 3", "the key 'n' stands twice");
        refused(items("a.jsonl", "{\"n\":1}\r\n{\"n\":NaN}\r\n"), "a.jsonl: line 2", "'NaN' is no value");
        assertThat(items("a.jsonl", "\uFEFF{\"n\":1}\r{\"n\":2}\r\n{\"n\":3}").ids())
                .hasSize(3);
    }

    @Test
    void yaml_has_the_truth_values_of_its_core_and_no_numbers_that_lose_digits() throws IOException {
        ObjectNode unit = items("a.yaml", """
                - {a: False, b: TRUE, c: ~, d: Null, e: , f: "True", g: 'null', h: 1.10, i: 0o17, j: 1_000, k: 007,
                   l: +49, m: 2024-01-01, n: 12:30, o: 0x1F, p: -3, q: 12345678901234567890, r: 1e3, s: !!str 5}
                """).units().get(0);

        unit.retain(List.of("abcdefghijklmnopqrs".split("")));
        assertThat(Json.text(unit))
                .isEqualTo("{\"a\":false,\"b\":true,\"c\":null,\"d\":null,\"e\":null,\"f\":\"True\",\"g\":\"null\","
                        + "\"h\":1.10,\"i\":\"0o17\",\"j\":\"1_000\",\"k\":\"007\",\"l\":\"+49\",\"m\":\"2024-01-01\","
                        + "\"n\":\"12:30\",\"o\":\"0x1F\",\"p\":-3,\"q\":12345678901234567890,\"r\":1E+3,\"s\":\"5\"}");
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '@',
            value = {
                "- a: .inf @ line 1 @ no number that JSON can hold",
                "- a: .nan @ line 1 @ no number that JSON can hold",
                "- a: 1\\n  a: 2 @ line 2 @ the key 'a' stands twice",
                "- a: 1\\n- ? [x]\\n  : 2 @ line 2 @ a key must be a text",
                "- a: !secret 1 @ line 1 @ the tag !secret means nothing here",
                "- !!set {a} @ line 1 @ the tag tag:yaml.org,2002:set means nothing here",
                "- &x {a: *x} @ line 1 @ leads back",
                "- {<<: 3} @ line 1 @ << merges a map",
                "- {a: 1}\\n---\\n- {a: 2} @ line 2 @ but found another document",
            })
    void yaml_that_json_cannot_say_is_refused_with_its_line(String content, String line, String reason)
            throws IOException {
        refused(items("a.yaml", content.replace("\\n", "\n")), line, reason);
    }

    @Test
    void merge_keys_merge_and_own_keys_win() throws IOException {
        PipelineFolder pipeline = items("a.yaml", """
                - &base {lang: en, tone: kind}
                - &loud {tone: loud, size: 3}
                - <<: *base
                  lang: fr
                - {tone: dry, <<: [*base, *loud]}
                - {"<<": kept}
                """);

        assertThat(pipeline.units().stream()
                        .map(each -> each.without(List.of("unit_id", "_n")).toString()))
                .containsExactly(
                        "{\"lang\":\"en\",\"tone\":\"kind\"}",
                        "{\"tone\":\"loud\",\"size\":3}",
                        "{\"lang\":\"fr\",\"tone\":\"kind\"}",
                        "{\"tone\":\"dry\",\"lang\":\"en\",\"size\":3}",
                        "{\"<<\":\"kept\"}");
    }

    @Test
    void an_anchor_may_be_named_by_every_row_but_not_blow_up_the_file() throws IOException {
        var rows = new StringBuilder("base: &d {lang: en, tags: [a, b]}\nrows:\n");
        for (int i = 0; i < 2000; i++) {
            rows.append("- {no: ").append(i).append(", of: *d}\n");
        }
        PipelineFolder many = items("a.yaml", ", key: rows", rows.toString());
        assertThat(many.problems()).isEmpty();
        assertThat(many.ids()).hasSize(2000);

        var laughs = new StringBuilder("a0: &a0 [ha, ha, ha, ha, ha, ha, ha, ha, ha, ha]\n");
        for (int i = 1; i < 12; i++) {
            laughs.append("a%d: &a%d [".formatted(i, i))
                    .append("*a%d, ".formatted(i - 1).repeat(10))
                    .append("]\n");
        }
        refused(
                items("a.yaml", ", key: rows", laughs + "rows: [{no: 1}]\n"),
                "a.yaml: line 6",
                "comes to more than 64 MB, which is the most; say it once");
    }

    @Test
    void the_truth_values_of_older_yaml_stay_texts_and_are_hinted_at() throws IOException {
        PipelineFolder pipeline = items("a.yaml", "- {done: \"no\"}\n- {done: No}\n- {done: on}\n");

        assertThat(values(pipeline, "done")).containsExactly("no", "No", "on");
        assertThat(hints(pipeline))
                .singleElement()
                .satisfies(each -> assertThat(each).startsWith("a.yaml: line 2: No is a text in YAML 1.2"));
    }
}
