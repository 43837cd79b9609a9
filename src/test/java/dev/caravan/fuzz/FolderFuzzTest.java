package dev.caravan.fuzz;

import dev.caravan.base.Json;
import dev.caravan.base.JsonMutations;
import dev.caravan.base.JsonMutations.Sparing;
import dev.caravan.base.Mutations;
import dev.caravan.base.Mutations.Changed;
import dev.caravan.run.RunFolder;
import dev.caravan.testing.CommandResult;
import dev.caravan.testing.OneEngine;
import dev.caravan.testing.ShippedRun;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Objects;
import java.util.Set;
import java.util.function.UnaryOperator;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.snakeyaml.engine.v2.api.Load;
import org.snakeyaml.engine.v2.api.LoadSettings;
import org.snakeyaml.engine.v2.exceptions.YamlEngineException;

/** Folders that a person wrote, changed by seed: refused with the file that is wrong, or run to their end. */
@Tag("fuzz")
class FolderFuzzTest {
    private static final List<String> SHIPPED =
            List.of("ticket-triage", "blackjack", "drunken-sailor", "npc-dialog", "fact-check");
    private static final List<String> REPLIES = List.of(
            "{\"team\":\"billing\",\"urgency\":2,\"note\":\"x\"}",
            "```json\n{\"team\":\"x\"}\n```",
            "no",
            "[{}]",
            "{\"a\":\"\\ud83d\"}");

    private static OneEngine engine;

    @BeforeAll
    static void start() {
        engine = new OneEngine("brokenJson=0.1", 20);
    }

    @AfterAll
    static void stop() {
        engine.close();
    }

    @Test
    void a_changed_folder_is_refused_with_its_file_or_runs_to_its_end() throws Exception {
        new FuzzSession("FolderFuzzTest", 20, FolderFuzzTest::trial).run();
    }

    private static void trial(FuzzTrial trial) throws Exception {
        Mutations mutations = trial.mutations();
        Path pipeline = pipeline(mutations, trial.folder().resolve("pipeline"));
        for (int times = mutations.random().nextInt(4) == 0 ? 2 : 1; times > 0; times--) {
            change(trial, pipeline);
        }
        String name = pipeline.toString();
        CommandResult valid = named(trial, pipeline, "", "validate-config", name);
        named(trial, pipeline, "", "units", name, "--max-units", "5");
        named(trial, pipeline, "", "run", name, "--simulate", "--dry-run", "2");
        for (String step : steps(pipeline)) {
            var records = new StringBuilder();
            REPLIES.forEach(each -> records.append(
                            Json.text(Json.object().put("unit_id", "u").put("_raw_text", each)))
                    .append('\n'));
            check(trial, records.toString(), "judge", name, "--step", step);
        }
        var run = new RunFolder(trial.folder().resolve("runs/folder-" + trial.seed()));
        CommandResult ran = named(
                trial,
                pipeline,
                "",
                "run",
                name,
                "--simulate",
                "--mode",
                mutations.one(List.of("batch", "realtime")),
                "--max-units",
                "3",
                "--run-dir",
                run.root().toString(),
                "--timeout",
                "20",
                "--grace",
                "1");
        if (valid.code() == 0 && ran.code() == 2) {
            trial.wrong("valid, and then refused", FuzzTrial.brief(ran.err()));
        }
        if (!Files.exists(run.journal())) {
            trial.ends("refused");
            return;
        }
        trial.ends(FuzzedRun.ended(trial, run) ? "complete" : "waits");
        CommandResult verified = check(trial, "", "verify", run.root().toString());
        if (verified.code() != 0) {
            trial.wrong("verify finds something", FuzzTrial.brief(verified.all()));
        }
        FuzzedRun.noDeadLetters(trial, run);
        FuzzedRun.law(trial, run, Set.of());
    }

    private static CommandResult check(FuzzTrial trial, String input, String... arguments) {
        return trial.check(engine.said(UnaryOperator.identity(), input, arguments), arguments);
    }

    /** A command that says which file is wrong, if one is. */
    private static CommandResult named(FuzzTrial trial, Path pipeline, String input, String... arguments)
            throws IOException {
        CommandResult said = check(trial, input, arguments);
        if (said.code() >= 2 && said.code() != 3) {
            try (Stream<Path> files = Files.walk(pipeline)) {
                if (files.noneMatch(each -> said.all().contains(String.valueOf(each.getFileName())))) {
                    trial.wrong("no file named by " + arguments[0], FuzzTrial.brief(said.all()));
                }
            }
        }
        return said;
    }

    private static List<String> steps(Path pipeline) {
        try {
            return ShippedRun.read(pipeline).steps().stream()
                    .map(each -> each.name())
                    .toList();
        } catch (RuntimeException e) {
            return List.of();
        }
    }

    private static Path pipeline(Mutations mutations, Path to) throws IOException {
        int which = mutations.random().nextInt(SHIPPED.size() + 5);
        if (which >= SHIPPED.size()) {
            FuzzedRun.pipeline(to, "openai", 4, 1);
            items(to, mutations.one(List.of("csv", "json", "yaml", "jsonl")));
            return to;
        }
        Path from = Path.of("pipelines", SHIPPED.get(which));
        try (Stream<Path> files = Files.walk(from)) {
            for (Path each : files.filter(Files::isRegularFile).toList()) {
                Path target = to.resolve(from.relativize(each));
                Files.createDirectories(Objects.requireNonNull(target.getParent()));
                Files.copy(each, target);
            }
        }
        return to;
    }

    /** The same items in another form. */
    private static void items(Path pipeline, String form) throws IOException {
        Path config = pipeline.resolve("config.yaml");
        String name = "items." + form;
        String text = switch (form) {
            case "csv" -> "id,title,level\nt1,\"One, two\",3\nt2,Zwei „dür“,4\nt3,,\nt4,\"a\nb\",1.50\n";
            case "json" ->
                "{\"items\": [{\"id\": \"t1\", \"title\": \"One\", \"tags\": [1, {\"a\": null}]},"
                        + " {\"id\": \"t2\", \"title\": \"Two\"}]}";
            case "yaml" -> """
                - {id: t1, title: One}
                - id: t2
                  title: |
                    Two
                    lines
                  done: False
                - id: t3
                  title: '~'
                """;
            default -> "";
        };
        if (!text.isEmpty()) {
            Files.delete(pipeline.resolve("items.jsonl"));
            Files.writeString(pipeline.resolve(name), text);
        }
        String key = form.equals("json") ? ", key: items" : "";
        Files.writeString(config, Files.readString(config).replace("source: items.jsonl", "source: " + name + key));
    }

    private static void change(FuzzTrial trial, Path pipeline) throws IOException {
        Mutations mutations = trial.mutations();
        List<Path> files;
        try (Stream<Path> all = Files.walk(pipeline)) {
            files = new ArrayList<>(all.filter(Files::isRegularFile)
                    .filter(each -> !each.endsWith("README.md"))
                    .sorted()
                    .toList());
        }
        // Much of what can be wrong is in the one file that names the others.
        files.add(pipeline.resolve("config.yaml"));
        files.add(pipeline.resolve("config.yaml"));
        Path file = mutations.one(files);
        String name = pipeline.relativize(file) + " ";
        if (mutations.random().nextInt(25) == 0) {
            Files.deleteIfExists(file);
            if (mutations.random().nextBoolean()) {
                Files.createDirectory(file);
            }
            trial.changed(name + (Files.exists(file) ? "replaced by a folder" : "deleted"));
            return;
        }
        if (Files.isRegularFile(file)) {
            Changed changed = changed(mutations, file, Files.readAllBytes(file));
            Files.write(file, changed.bytes());
            trial.changed(name + changed.change());
        }
    }

    private static Changed changed(Mutations mutations, Path file, byte[] whole) {
        String name = file.toString().toLowerCase(Locale.ROOT);
        int kind = mutations.random().nextInt(10);
        if (kind < 2) {
            return mutations.bytes(whole);
        }
        if (kind < 4) {
            return mutations.lines(whole);
        }
        if (kind == 4) {
            return mutations.digit(whole);
        }
        if (name.endsWith(".yaml")) {
            Changed changed = asJson(mutations, whole);
            return changed == null ? mutations.bytes(whole) : changed;
        }
        return name.endsWith(".jsonl")
                ? JsonMutations.ofLine(mutations, whole, Sparing.NOTHING)
                : JsonMutations.of(mutations, whole, Sparing.NOTHING);
    }

    /** One member of a YAML file changed: JSON is YAML too, and tells where each lies. Null where it is no YAML any more. */
    private static @Nullable Changed asJson(Mutations mutations, byte[] whole) {
        Object read;
        try {
            read = new Load(LoadSettings.builder().build()).loadFromString(new String(whole, StandardCharsets.UTF_8));
        } catch (YamlEngineException e) {
            return null;
        }
        return JsonMutations.of(
                mutations,
                Json.text(Json.mapper().valueToTree(read)).getBytes(StandardCharsets.UTF_8),
                Sparing.NOTHING);
    }
}
