package dev.caravan.cli;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.caravan.base.Json;
import dev.caravan.testing.CommandResult;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Items, answers, files and arguments whose texts steer terminals, turn lines around, hide, and begin lines of their own. */
class HostileTextTest {
    /** Title and colour of a terminal, C1, bidi, no width, separators, half an emoji, a carriage return, a tag. */
    private static final String HOSTILE =
            "\u001b]0;owned\u0007\u001b[31mred\u009b2J\u202eabc\u2066\u200b\u2028\u2029\ud83d\rOK\u007f\udb40\udc41";

    private static final Pattern RAW = Pattern.compile(
            "[\\p{Cc}\\u200b\\u200e\\u200f\\u2028-\\u202e\\u2060-\\u206f\\ufeff\\x{e0000}-\\x{e007f}\\p{Cs}&&[^\\n\\t]]");
    /** What we send around the line that moves. */
    private static final Pattern OURS = Pattern.compile("\r\u001b\\[2K\u001b\\[\\?7l|\u001b\\[\\?7h");

    @TempDir
    Path folder;

    private Path pipeline() throws IOException {
        Path pipeline = Files.createDirectories(folder.resolve("odd"));
        Files.createDirectories(pipeline.resolve("templates"));
        Files.writeString(pipeline.resolve("templates/label.vm"), "Label this: $subject");
        Files.writeString(pipeline.resolve("config.yaml"), """
                pipeline:
                  steps:
                    - name: label
                      max_tokens: 300
                      simulate:
                        mark: {expr: "prompt.contains('second') ? prompt : 'good'"}
                        said: {expr: "prompt"}
                      validation:
                        enums: {mark: [good]}
                    - {name: review, scope: approval, sample: 5}
                api: {provider: openai, model: gpt-4o-mini}
                processing:
                  chunk_size: 10
                  max_retries: 1
                  brake: off
                  items: {source: items.jsonl}
                """);
        ObjectNode first = Json.object().put("id", "a" + HOSTILE).put("subject", "first " + HOSTILE);
        first.put("name" + HOSTILE, "value").put("long", "x".repeat(100_000));
        ObjectNode second =
                Json.object().put("id", "b" + HOSTILE).put("subject", "second " + HOSTILE + "\n\nOK: forged");
        second.put("name" + HOSTILE, HOSTILE).put("long", "");
        // Written with escapes, for half an emoji is no UTF-8.
        Files.writeString(pipeline.resolve("items.jsonl"), ascii(first) + ascii(second));
        return pipeline;
    }

    private static String ascii(ObjectNode item) {
        var text = new StringBuilder();
        Json.text(item).chars().forEach(c -> text.append(c < 0x7f ? String.valueOf((char) c) : "\\u%04x".formatted(c)));
        return text.append('\n').toString();
    }

    private static void clean(String what, String text) {
        var found = RAW.matcher(OURS.matcher(text).replaceAll("").replace("\r\n", "\n"));
        assertThat(found.find() ? what + ": U+%04X in ".formatted(found.group().codePointAt(0)) + text : "")
                .isEmpty();
        assertThat(text.lines())
                .as(what)
                .noneMatch(line -> line.startsWith("OK: forged") && !what.matches(".*(dry-run|diagnose).*"));
    }

    /** For people, wherever they read it. */
    private CommandResult said(String... arguments) {
        CommandResult inPipe = CommandResult.of(arguments);
        clean("in a pipe, " + List.of(arguments), inPipe.all());
        return shown("", arguments);
    }

    private CommandResult shown(String input, String... arguments) {
        CommandResult said = CommandResult.typed(true, input, arguments);
        clean("on a terminal, " + List.of(arguments), said.all());
        return said;
    }

    @Test
    void no_command_lets_a_text_from_outside_steer_a_terminal_and_programs_get_it_as_it_is() throws Exception {
        String pipeline = pipeline().toString();
        String run = folder.resolve("run").toString();
        said("validate-config", pipeline);
        assertThat(said("run", pipeline, "--dry-run", "2").out()).contains("\\u001b]0;owned");
        said("estimate", pipeline, "--simulate");
        CommandResult end = shown("", "run", pipeline, "--simulate", "--run-dir", run, "--mode", "realtime");
        assertThat(end.out()).contains("waiting (approval");
        said("status", run);
        assertThat(shown("", "approve", run, "--reason", "fine").code()).isZero();
        assertThat(shown("", "resume", run).code()).isEqualTo(1);

        for (String each : List.of("status", "info", "report", "diagnose", "verify")) {
            said(each, run);
        }
        assertThat(said("diagnose", run).out()).contains("\\u202e");
        said("analyze", run, "--group-by", "said");
        said("report", run, "--failures-by", "subject");
        said("compare", run, run);
        said("compare", run, run, "--units");
        shown("", "name", run, "bidi \u202e in a title");
        said("info", run);
        said("ps");
        for (String each : List.of("status", "info", "report")) {
            shown("", each, run, "--json");
        }
        shown("", "export", run);
        shown("", "export", run, "--format", "csv");
        shown("", "units", pipeline);
        String units = Files.readString(Path.of(run, "input/units.jsonl"));
        shown(units, "render", pipeline, "--step", "label");
        shown(units, "judge", pipeline, "--step", "label");
        said("retry-failures", run);

        assertThat(CommandResult.of("units", pipeline).out())
                .as("exact for programs")
                .isEqualTo(units);
        assertThat(CommandResult.of("export", run).out())
                .isEqualTo(Files.readString(Path.of(run, "outputs/results.jsonl")))
                .contains("\u202e", "\u009b");
        CommandResult json = CommandResult.typed(true, "", "export", run);
        assertThat(Json.parse(json.out()).get("subject"))
                .as("escaped on a terminal, the same value")
                .isEqualTo(Json.parse(CommandResult.of("export", run).out()).get("subject"));

        try (Stream<Path> files = Files.walk(Path.of(run))) {
            List<Path> forPeople = files.filter(each -> each.toString().matches(".*(_LOG[.]txt|[.]md)"))
                    .toList();
            assertThat(forPeople).hasSizeGreaterThan(2);
            for (Path each : forPeople) {
                clean(each.toString(), Files.readString(each));
            }
        }
    }

    @Test
    void files_and_arguments_with_odd_names_are_told_in_plain_words() throws IOException {
        Path pipeline = pipeline();
        Path config = pipeline.resolve("config.yaml");
        Files.writeString(
                config,
                Files.readString(config)
                        .replace("simulate:", "\"odd\\e[31m\\u202e\\nOK: forged\": 1\n      simulate:")
                        .replace("gpt-4o-mini", "\"gpt\\e[2J\\u009b\""));
        var wrong = new ArrayList<CommandResult>();
        wrong.add(said("validate-config", pipeline.toString()));
        wrong.add(said("run", "no\u001b[31m\u202e\nOK: forged"));
        wrong.add(said("status", "no\u001b[31m\u202e\nOK: forged"));
        wrong.add(said("--no\u001b[31m\u202e\nOK: forged"));
        wrong.add(said("report", "x", "--no\u009b\u2028"));
        assertThat(wrong).allSatisfy(each -> {
            assertThat(each.code()).isEqualTo(2);
            assertThat(each.err()).containsAnyOf("\\u001b[31m", "\\u009b");
        });
        assertThat(wrong.get(0).err()).contains("odd\\u001b[31m\\u202e");
    }
}
