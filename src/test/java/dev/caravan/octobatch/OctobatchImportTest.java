package dev.caravan.octobatch;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.caravan.base.UserMistakeException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What a folder may hold that cannot be taken over as it is. */
class OctobatchImportTest {
    @TempDir
    Path folder;

    private Path from;
    private Path target;

    @BeforeEach
    void places() throws IOException {
        from = Files.createDirectories(folder.resolve("old"));
        target = folder.resolve("pipelines/fresh");
        write("things.yaml", "things:\n  - {id: a, size: 3, note: small}\n");
        write("templates/ask.jinja2", "Ask {{ note }}.\n");
    }

    private void write(String file, String text) throws IOException {
        Path path = from.resolve(file);
        Files.createDirectories(path.getParent());
        Files.writeString(path, text);
    }

    private Imports.Outcome imported(String steps, String more) throws IOException {
        write(
                "config.yaml",
                "pipeline:\n  steps:\n" + steps.indent(4)
                        + "processing: {strategy: direct, chunk_size: 5, items: {source: things.yaml, key: things, name_field: id}}\n"
                        + "prompts: {templates: {ask: ask.jinja2}}\n" + more);
        return Imports.run(from, target);
    }

    @Test
    void an_expression_without_an_equal_stands_as_a_comment_and_its_step_stands() throws IOException {
        Imports.Outcome said = imported(
                "- {name: reckon, scope: expression, expressions: {good: 'size * 2', bad: \"open('/etc/passwd').read()\"}}",
                "");
        assertThat(said.left())
                .singleElement()
                .asString()
                .contains("reckon.expressions.bad", "files cannot be reached");
        assertThat(said.config()).contains("good: size * 2", "# not carried over", "# bad: open('/etc/passwd').read()");
    }

    @Test
    void rules_that_cannot_be_said_are_told_one_by_one() throws IOException {
        Imports.Outcome said = imported("- {name: ask}", """
                validation:
                  ask:
                    required: [x]
                    rules:
                      - {name: fine, expr: 'x > 3', when: "'x' in dir()", level: strange}
                      - {name: fine, expr: 'x < 9'}
                      - {name: odd, expr: 'x.weird()'}
                      - {name: luck, expr: 'random.random() > 0.5'}
                """);
        assertThat(said.left()).hasSize(2);
        assertThat(said.config()).contains("name: fine_2", "when: \"has('x')\"", "# - {\"name\":\"odd\"");
        assertThat(said.config()).doesNotContain("strange");
    }

    @Test
    void other_scripts_are_kept_and_need_trust_and_those_outside_are_not_read() throws IOException {
        write("plot.py", "print('hi')\n");
        Files.writeString(folder.resolve("secret.py"), "secret");
        Imports.Outcome said = imported("- {name: ask}", """
                post_process:
                  - {name: plot, script: pipelines/old/plot.py, args: [--wide], output: outputs/plot.svg}
                  - {name: gone, script: ../secret.py}
                  - {name: plot, script: plot.py}
                  - {name: out, script: scripts/analyze_results.py, args: [--group-by, "a,b", --count-field=verdict, --net-positive, win, draw, --custom-stat, "x=mean", --title, My table]}
                  - {name: odd, type: strange}
                """);
        assertThat(said.config())
                .contains("{name: plot, script: scripts/plot.py, args: [\"--wide\"], output: plot.svg}", "name: plot 2")
                .contains(
                        "group_by: [a, b]",
                        "count: verdict",
                        "net_positive: [win, draw]",
                        "description: My table",
                        "output: out.txt");
        assertThat(said.left()).hasSize(3);
        assertThat(said.changed()).anyMatch(each -> each.contains("caravan trust"));
        assertThat(target.resolve("scripts/plot.py")).hasContent("print('hi')\n");
        assertThat(target.resolve("scripts/secret.py")).doesNotExist();
    }

    @Test
    void files_that_lead_out_of_the_folder_are_not_read() throws IOException {
        Files.writeString(folder.resolve("outside.jinja2"), "secret {{ note }}");
        Files.createSymbolicLink(from.resolve("templates/link.jinja2"), folder.resolve("outside.jinja2"));
        write("templates/ask.jinja2", "{% include '../../outside.jinja2' %}{% include 'link.jinja2' %}x");
        Imports.Outcome said = imported("- {name: ask}\n- {name: two}\n- {name: three}", "");
        assertThat(said.left()).hasSizeGreaterThanOrEqualTo(4);
        try (Stream<Path> all = Files.walk(target)) {
            for (Path each : all.filter(Files::isRegularFile).toList()) {
                assertThat(Files.readString(each)).doesNotContain("secret");
            }
        }
    }

    @Test
    void a_shuffle_in_place_becomes_one_that_is_seen_later_too() throws IOException {
        Imports.Outcome said = imported(
                "- {name: deal, scope: expression, expressions: {deck: 'list(range(5))', _: 'random.shuffle(deck)', hand: 'deck[:2]'}}",
                "");
        assertThat(said.left()).isEmpty();
        assertThat(said.config()).contains("def mixed = random.shuffle(deck); deck.clear(); deck.addAll(mixed); null");
    }

    @Test
    void what_has_no_place_here_is_told() throws IOException {
        Imports.Outcome said = imported("""
                - {name: ask, provider: Anthropic, depends_on: x, strange: 1}
                - {name: out, scope: run, script: scripts/extract_units.py, output_dir: /tmp/all, upload: {provider: google_drive}}
                """, """
                api: {provider: openai, model: gpt-4o-mini}
                monitoring: {warnings: {failure_rate_threshold: 0.2}}
                """);
        assertThat(said.left()).hasSize(4);
        assertThat(String.join("\n", said.left())).contains("monitoring", "strange", "output", "upload");
        assertThat(said.config()).contains("provider: anthropic", "type: extract");
        assertThat(said.changed()).anyMatch(each -> each.contains("not one of anthropic's"));
    }

    @Test
    void names_that_cannot_be_are_made_so_that_they_can() throws IOException {
        Imports.Outcome said = imported("- {name: 'ask me/now', prompt_template: ask.jinja2}\n- {name: ask}", "");
        assertThat(said.config()).contains("name: ask_me_now");
        assertThat(target.resolve("templates/ask_me_now.vm")).exists();
        assertThat(said.changed()).anyMatch(each -> each.contains("ask me/now"));
    }

    @Test
    void nothing_is_written_when_the_folder_cannot_be_read() throws IOException {
        for (String each :
                new String[] {"pipeline: 3\n", "- 1\n", "a: [\n", "pipeline: {steps: [1]}\n", "pipeline: {steps: {}}\n"
                }) {
            write("config.yaml", each);
            assertThatThrownBy(() -> Imports.run(from, target)).isInstanceOf(UserMistakeException.class);
        }
        assertThat(folder.resolve("pipelines")).doesNotExist();
    }

    @Test
    void a_folder_that_is_there_is_never_written_over() throws IOException {
        Files.createDirectories(target);
        Files.writeString(target.resolve("mine"), "mine");
        assertThatThrownBy(() -> imported("- {name: ask}", ""))
                .isInstanceOf(UserMistakeException.class)
                .hasMessageContaining("already exists");
        try (Stream<Path> all = Files.list(target.getParent())) {
            assertThat(all).containsExactly(target);
        }
    }

    @Test
    void what_was_written_is_whole_and_nothing_else_lies_beside_it() throws IOException {
        imported("- {name: ask}", "");
        try (Stream<Path> all = Files.list(target.getParent())) {
            assertThat(all).containsExactly(target);
        }
        assertThat(target.resolve("things.yaml")).hasSameTextualContentAs(from.resolve("things.yaml"));
    }
}
