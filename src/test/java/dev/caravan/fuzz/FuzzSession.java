package dev.caravan.fuzz;

import static org.assertj.core.api.Assertions.assertThat;

import dev.caravan.base.FolderTrees;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.lang.management.ManagementFactory;
import java.lang.management.ThreadInfo;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.Collectors;

/**
 * Trials by seed, several at a time, each with a watchdog. All that went wrong comes in one report; the folders of those
 * trials stay in {@code target/fuzz}. {@code -Dcaravan.fuzz=2000} tries so often over all fuzzers, {@code -Dcaravan.seed}
 * is the first trial's seed, and each trial has the next one: with {@code -Dcaravan.fuzz=1} one is alone.
 */
final class FuzzSession {
    private static final int AT_ONCE = 6;
    private static final long LONGEST_TRIAL_SECONDS = 120;
    private static final int SHOWN = 12;

    private final String kind;
    private final int trials;
    private final long seed;
    private final Path folder;
    private final Play play;
    private final Map<Long, Long> begun = new ConcurrentHashMap<>();
    private final List<FuzzTrial> done = new ArrayList<>();
    private final AtomicInteger next = new AtomicInteger();
    private final CountDownLatch left;

    /** What a trial does. */
    interface Play {
        void trial(FuzzTrial trial) throws Exception;
    }

    /**
     * @param kind of trials; its class is the test
     * @param share of all trials, in percent
     */
    FuzzSession(String kind, int share, Play play) {
        this.kind = kind;
        this.play = play;
        trials = Math.max(1, Integer.getInteger("caravan.fuzz", 200) * share / 100);
        seed = Long.getLong("caravan.seed", 17);
        folder = Path.of("target", "fuzz", kind).toAbsolutePath();
        left = new CountDownLatch(trials);
    }

    /** Tries, writes the report, and fails with it where something was wrong. */
    void run() throws Exception {
        long from = System.nanoTime();
        FolderTrees.delete(folder);
        Files.createDirectories(folder);
        for (int i = 0; i < Math.min(trials, Integer.getInteger("caravan.fuzz.atonce", AT_ONCE)); i++) {
            work();
        }
        while (!left.await(1, TimeUnit.SECONDS)) {
            begun.forEach((each, since) -> {
                if (System.nanoTime() - since > TimeUnit.SECONDS.toNanos(LONGEST_TRIAL_SECONDS)
                        && begun.remove(each, since)) {
                    var hung = new FuzzTrial(each, folder.resolve(String.valueOf(each)));
                    hung.wrong("hang", "still at it after " + LONGEST_TRIAL_SECONDS + " s\n" + threads(each));
                    finish(hung);
                    work();
                }
            });
        }
        long seconds = TimeUnit.NANOSECONDS.toSeconds(System.nanoTime() - from);
        String report = report(seconds);
        Files.writeString(folder.resolveSibling(kind + ".txt"), report);
        List<FuzzTrial> wrong = wrong();
        assertThat(wrong)
                .as("%s", report.lines().limit(SHOWN * 12L).collect(Collectors.joining("\n")))
                .isEmpty();
    }

    private void work() {
        var thread = new Thread(
                () -> {
                    for (int i = next.getAndIncrement(); i < trials; i = next.getAndIncrement()) {
                        if (!tried(seed + i)) {
                            return;
                        }
                    }
                },
                "fuzz-" + kind);
        thread.setDaemon(true);
        thread.start();
    }

    /** False when the watchdog was there first. */
    private boolean tried(long number) {
        var trial = new FuzzTrial(number, folder.resolve(String.valueOf(number)));
        Thread.currentThread().setName("fuzz-" + kind + "-" + number);
        long since = System.nanoTime();
        begun.put(number, since);
        try {
            Files.createDirectories(trial.folder());
            play.trial(trial);
        } catch (Throwable e) {
            var trace = new StringWriter();
            e.printStackTrace(new PrintWriter(trace));
            trial.wrong("thrown: " + e.getClass().getSimpleName(), trace.toString());
        }
        if (!begun.remove(number, since)) {
            return false;
        }
        finish(trial);
        return true;
    }

    private void finish(FuzzTrial trial) {
        if (trial.wrongs().isEmpty() && !Boolean.getBoolean("caravan.fuzz.keep")) {
            FolderTrees.delete(trial.folder());
        }
        synchronized (done) {
            done.add(trial);
        }
        left.countDown();
    }

    private static String threads(long number) {
        var text = new StringBuilder();
        for (ThreadInfo each : ManagementFactory.getThreadMXBean().dumpAllThreads(true, true)) {
            boolean busy = each.getThreadState() == Thread.State.RUNNABLE && each.getStackTrace().length > 8;
            if (busy || each.getThreadName().endsWith("-" + number)) {
                text.append('"')
                        .append(each.getThreadName())
                        .append("\" ")
                        .append(each.getThreadState())
                        .append('\n');
                for (StackTraceElement frame : each.getStackTrace()) {
                    text.append("    ").append(frame).append('\n');
                }
            }
        }
        return text.toString();
    }

    private List<FuzzTrial> wrong() {
        synchronized (done) {
            return done.stream()
                    .filter(each -> !each.wrongs().isEmpty())
                    .sorted(Comparator.comparingLong(FuzzTrial::seed))
                    .toList();
        }
    }

    private String report(long seconds) {
        List<FuzzTrial> wrong = wrong();
        var text = new StringBuilder(kind + ": " + trials + " trials from seed " + seed + " in " + seconds + " s, "
                + wrong.size() + " of them wrong; how they ended: " + outcomes() + "\n");
        var kinds = new TreeMap<String, TreeSet<Long>>();
        wrong.forEach(trial -> trial.wrongs()
                .forEach(each -> kinds.computeIfAbsent(each.kind(), key -> new TreeSet<>())
                        .add(trial.seed())));
        kinds.forEach((each, seeds) ->
                text.append("  ").append(each).append(": ").append(seeds).append('\n'));
        for (FuzzTrial trial : wrong) {
            text.append("\nseed ")
                    .append(trial.seed())
                    .append("  (alone: -Dcaravan.seed=")
                    .append(trial.seed());
            text.append(" -Dcaravan.fuzz=1; left in ").append(trial.folder()).append(")\n");
            trial.changes().stream()
                    .limit(20)
                    .forEach(each -> text.append("  changed  ").append(each).append('\n'));
            text.append("  did      ").append(String.join("; ", trial.steps())).append('\n');
            trial.wrongs()
                    .forEach(each -> text.append("  WRONG    ")
                            .append(each.kind())
                            .append(": ")
                            .append(each.detail())
                            .append('\n'));
        }
        return text.toString();
    }

    private Map<String, Integer> outcomes() {
        var outcomes = new TreeMap<String, Integer>();
        synchronized (done) {
            done.forEach(each -> outcomes.merge(each.outcome(), 1, Integer::sum));
        }
        return outcomes;
    }
}
