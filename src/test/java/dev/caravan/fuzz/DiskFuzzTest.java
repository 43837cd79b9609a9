package dev.caravan.fuzz;

import static org.assertj.core.api.Assertions.assertThat;

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
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.TreeMap;
import java.util.concurrent.locks.Lock;
import java.util.concurrent.locks.ReentrantLock;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * Files of runs, changed by seed as disks, backups and editors do. Whatever is read then: it is as if nothing had been
 * changed, or the change is told, by {@code verify} or by whoever goes on.
 */
@Tag("fuzz")
class DiskFuzzTest {
    private static final int UNITS = 6;
    private static final String FAULTS = "brokenJson=0.4";

    /** A run that was made once and is copied for each trial; what its outputs are when nothing is changed. */
    private record Base(String name, RunFolder run, Map<String, String> outputs, boolean complete, Lock atWork) {}

    @TempDir
    static Path folder;

    private static final List<Base> BASES = new ArrayList<>();
    private static OneEngine engine;

    @BeforeAll
    static void start() throws Exception {
        var made = new LinkedHashMap<String, RunFolder>();
        // Slow enough that a second is not enough: these are left half done, with calls and jobs out.
        try (var slow = new OneEngine(FAULTS + ",latency=700..900", 1500)) {
            made.put("batch-at-first-job", make(slow, "openai", "batch", 1));
            made.put("batch-at-second-job", make(slow, "gemini", "batch", 3));
            made.put("batch-paused", make(slow, "anthropic", "batch", 1));
            made.put("realtime-half-done", make(slow, "anthropic", "realtime", 1));
        }
        engine = new OneEngine(FAULTS, 20);
        assertThat(engine.said(
                                "pause",
                                Objects.requireNonNull(made.get("batch-paused"))
                                        .root()
                                        .toString())
                        .code())
                .isZero();
        made.put("batch-complete", make(engine, "openai", "batch", 60));
        made.put("realtime-complete", make(engine, "gemini", "realtime", 60));
        for (Map.Entry<String, RunFolder> each : made.entrySet()) {
            boolean complete = each.getKey().endsWith("complete");
            RunFolder calm = copy(each.getValue(), folder.resolve("calm").resolve(each.getKey()));
            engine.said("resume", calm.root().toString());
            assertThat(engine.said("verify", calm.root().toString()).code())
                    .as(each.getKey())
                    .isZero();
            Map<String, String> outputs = FuzzedRun.outputs(calm);
            assertThat(outputs.get("results.jsonl")).as(each.getKey()).isNotEmpty();
            BASES.add(new Base(each.getKey(), each.getValue(), outputs, complete, new ReentrantLock()));
        }
        assertThat(BASES)
                .anySatisfy(
                        each -> assertThat(each.outputs().get("failures.jsonl")).isNotEmpty());
    }

    @AfterAll
    static void stop() {
        engine.close();
    }

    private static RunFolder make(OneEngine by, String provider, String mode, int seconds) throws Exception {
        String name = provider + "-" + mode + "-" + seconds;
        Path pipeline = FuzzedRun.pipeline(folder.resolve("pipelines/small-" + name), provider, UNITS, 1);
        var run = new RunFolder(folder.resolve("runs").resolve(name));
        CommandResult said = by.said(
                "run",
                pipeline.toString(),
                "--simulate",
                "--mode",
                mode,
                "--run-dir",
                run.root().toString(),
                "--timeout",
                String.valueOf(seconds),
                "--grace",
                "0");
        assertThat(said.code()).as(said.all()).isLessThan(4);
        return run;
    }

    @Test
    void a_changed_file_is_mended_refused_or_told_and_never_believed() throws Exception {
        new FuzzSession("DiskFuzzTest", 40, DiskFuzzTest::trial).run();
    }

    private static void trial(FuzzTrial trial) throws Exception {
        Base base = trial.mutations().one(BASES);
        RunFolder run = copy(base.run(), trial.folder().resolve("runs/disk-" + trial.seed()));
        change(trial, run, base);
        if (Boolean.getBoolean("caravan.fuzz.keep")) {
            copy(run, trial.folder().resolve("as-changed/disk-" + trial.seed()));
        }
        String name = run.root().toString();
        CommandResult first = check(trial, "verify", name);
        if (first.code() == 0 && base.complete() && !FuzzedRun.outputs(run).equals(base.outputs())) {
            trial.wrong("verify does not see changed outputs", base.name());
        }
        for (String each : List.of("status", "info", "report", "diagnose", "analyze")) {
            check(trial, each, name);
        }
        check(trial, "export", name, "--format", "csv");
        CommandResult resumed = resumed(trial, base, name);
        CommandResult second = check(trial, "verify", name);
        CommandResult repaired = check(trial, "repair", name);
        CommandResult third = check(trial, "verify", name);
        boolean told = first.code() != 0 || resumed.code() > 1 || repaired.code() > 1;
        boolean complete = resumed.code() < 2 && FuzzedRun.ended(trial, run);
        trial.ends((complete ? "complete" : "not complete") + (told ? ", told" : ", nothing said"));
        if (!told && second.code() != 0) {
            trial.wrong("found only after it was believed", FuzzTrial.brief(second.all()));
        }
        if (complete && third.code() == 0 && !FuzzedRun.outputs(run).equals(base.outputs())) {
            trial.wrong(
                    told ? "told, and yet other outputs" : "believed silently: other outputs",
                    difference(base.outputs(), FuzzedRun.outputs(run)));
        }
        if (!told && !complete) {
            trial.wrong("does not end", FuzzTrial.brief(resumed.all()));
        }
        FuzzedRun.law(trial, run, Set.of());
    }

    /** One at a time of what was one run: a process tells those that it is at by the names they were made under. */
    private static CommandResult resumed(FuzzTrial trial, Base base, String name) {
        base.atWork().lock();
        try {
            return check(trial, "resume", name, "--timeout", "20", "--grace", "1");
        } finally {
            base.atWork().unlock();
        }
    }

    private static CommandResult check(FuzzTrial trial, String... arguments) {
        return trial.check(engine.said(arguments), arguments);
    }

    private static String difference(Map<String, String> expected, Map<String, String> found) {
        var names = new TreeMap<>(expected);
        names.putAll(found);
        var text = new StringBuilder();
        names.keySet().forEach(each -> {
            String one = String.valueOf(expected.get(each));
            String two = String.valueOf(found.get(each));
            if (!one.equals(two)) {
                int at = 0;
                while (at < Math.min(one.length(), two.length()) && one.charAt(at) == two.charAt(at)) {
                    at++;
                }
                text.append(each)
                        .append(" from ")
                        .append(at)
                        .append(": «")
                        .append(one, at, Math.min(one.length(), at + 80))
                        .append("» → «")
                        .append(two, at, Math.min(two.length(), at + 80))
                        .append("» ");
            }
        });
        return FuzzTrial.brief(text.toString());
    }

    /** A copy that is the only one, as {@code caravan moved} has it; its provider goes with it. */
    private static RunFolder copy(RunFolder run, Path to) throws IOException {
        var copied = new RunFolder(to);
        tree(run.root(), copied.root());
        tree(ShippedRun.simulatorHome(run), ShippedRun.simulatorHome(copied));
        CommandResult moved = engine.said("moved", copied.root().toString());
        assertThat(moved.code()).as(moved.all()).isZero();
        return copied;
    }

    private static void tree(Path from, Path to) throws IOException {
        try (Stream<Path> files = Files.walk(from)) {
            for (Path each : files.toList()) {
                Path target = to.resolve(from.relativize(each));
                Files.createDirectories(Objects.requireNonNull(target.getParent()));
                Files.copy(each, target);
            }
        }
    }

    /** Files of a run by what they are, so that each sort is changed as often as the others. */
    private static Map<String, List<Path>> sorts(RunFolder run) throws IOException {
        var sorts = new TreeMap<String, List<Path>>();
        try (Stream<Path> files = Files.walk(run.root())) {
            for (Path each : files.filter(Files::isRegularFile).sorted().toList()) {
                Path relative = run.root().relativize(each);
                String name = relative.toString();
                if (!name.equals("lease") && !name.endsWith("_LOG.txt")) {
                    String sort = name.contains("_results")
                            ? "results"
                            : name.contains("_validated")
                                    ? "validated"
                                    : relative.getNameCount() == 1
                                            ? name
                                            : relative.getName(0).toString();
                    sorts.computeIfAbsent(sort, key -> new ArrayList<>()).add(each);
                }
            }
        }
        return sorts;
    }

    private static void change(FuzzTrial trial, RunFolder run, Base base) throws IOException {
        Mutations mutations = trial.mutations();
        Map<String, List<Path>> sorts = sorts(run);
        if (mutations.random().nextInt(20) == 0) {
            Path command = run.root().resolve("commands").resolve("0-odd.json");
            Files.createDirectories(Objects.requireNonNull(command.getParent()));
            byte[] odd = JsonMutations.of(
                            mutations,
                            "{\"verb\":\"PAUSE\",\"actor\":\"x\"}".getBytes(StandardCharsets.UTF_8),
                            Sparing.NOTHING)
                    .bytes();
            Files.write(command, odd);
            trial.changed(base.name() + ": commands/0-odd.json made: " + new String(odd, StandardCharsets.UTF_8));
            return;
        }
        Path file = mutations.one(Objects.requireNonNull(sorts.get(mutations.one(List.copyOf(sorts.keySet())))));
        String name = base.name() + ": " + run.root().relativize(file) + " ";
        byte[] whole = Files.readAllBytes(file);
        switch (mutations.random().nextInt(12)) {
            case 0 -> {
                Files.delete(file);
                trial.changed(name + "deleted");
            }
            case 1 -> {
                Files.delete(file);
                Files.createDirectory(file);
                trial.changed(name + "replaced by a folder");
            }
            default -> {
                Changed changed = changed(mutations, file, whole);
                Files.write(file, changed.bytes());
                trial.changed(name + changed.change());
            }
        }
    }

    private static Changed changed(Mutations mutations, Path file, byte[] whole) {
        String name = file.toString();
        return switch (mutations.random().nextInt(8)) {
            case 0 -> mutations.bytes(whole);
            case 1, 2 -> mutations.digit(whole);
            case 3 -> mutations.lines(whole);
            case 4 -> mutations.random().nextInt(4) == 0 ? mutations.emptied(whole) : mutations.truncated(whole);
            default ->
                name.endsWith(".jsonl")
                        ? JsonMutations.ofLine(mutations, whole, Sparing.NOTHING)
                        : JsonMutations.of(mutations, whole, Sparing.NOTHING);
        };
    }
}
