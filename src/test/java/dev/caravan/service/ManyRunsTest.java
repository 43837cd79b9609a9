package dev.caravan.service;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.JsonNode;
import dev.caravan.provider.Lane;
import dev.caravan.run.RunFolder;
import dev.caravan.run.RunState;
import dev.caravan.run.RunStatus;
import dev.caravan.run.RunStore;
import dev.caravan.testing.ProcessVitals;
import dev.caravan.testing.RunningService;
import dev.caravan.testing.ShippedRun;
import java.io.IOException;
import java.math.BigDecimal;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * Many short runs in one service, half of them pipelines of their own and half of them files of items: each is made once,
 * and the process holds nothing of them afterwards. {@code benchmarks/many-runs.sh} drives a thousand.
 */
@Tag("crash")
class ManyRunsTest {
    private static final int RUNS = Integer.getInteger("caravan.runs", 60);
    private static final int WARM = 20;
    private static final int TICKS = 20;

    /** What an idle tick may read more than before, of each run and at all; a journal of these runs has thousands. */
    private static final long BYTES_OF_A_RUN = 100;

    private static final long BYTES_AT_ALL = 20_000;

    @TempDir
    Path folder;

    private int dropped;
    private RunningService served;

    @BeforeEach
    void open() throws IOException {
        served = new RunningService(folder, Map.of());
    }

    @AfterEach
    void close() {
        served.close();
    }

    @Test
    void many_short_runs_in_one_service_leave_nothing_behind() throws Exception {
        served.drop("tickets", "simulator");
        Process service = served.start(
                List.of("-Xmx512m", "-XX:+UseSerialGC", "-Dcaravan.serve-millis=1000"), List.of("--job-millis", "50"));
        try (var vitals = new ProcessVitals(service)) {
            drop(WARM);
            ProcessVitals.Look before = vitals.look();
            ProcessVitals.Work few = idle(vitals);

            long from = System.nanoTime();
            drop(RUNS);
            Duration took = Duration.ofNanos(System.nanoTime() - from);
            ProcessVitals.Look after = vitals.look();
            ProcessVitals.Work many = idle(vitals);

            figures(took, before, after, few, many);
            nothingIsLeft(before, after);
            if (many.read() > 0) {
                assertThat(many.read() / many.ticks() - few.read() / few.ticks())
                        .as("bytes an idle tick reads for the runs that are over")
                        .isLessThan(BYTES_AT_ALL + RUNS * BYTES_OF_A_RUN);
            }
        }
        RunningService.kill(service);
        long again = System.nanoTime();
        served.start("--job-millis", "50");
        write("started again with " + dropped + " runs that are over in "
                + Duration.ofNanos(System.nanoTime() - again).toMillis() + " ms");
        eachWasMadeOnceAndBilled();
    }

    /** Drops half as pipelines and half as files of items, and waits until all of them are over. */
    private void drop(int runs) throws IOException {
        Path inbox = Files.createDirectories(served.pipelines().resolve("tickets/inbox"));
        for (int i = 0; i < runs; i++) {
            int number = dropped + i;
            if (i % 2 == 0) {
                served.drop("p" + number, "simulator");
            } else {
                Files.writeString(inbox.resolve("more" + number + ".jsonl"), RunningService.items(3));
            }
        }
        dropped += runs;
        await().pollInterval(Duration.ofSeconds(1))
                .atMost(Duration.ofSeconds(120 + 6L * runs))
                .until(() -> ended().size() == dropped);
    }

    /** Runs that the service said are complete, and how often. */
    private Map<String, Integer> ended() {
        var ended = new HashMap<String, Integer>();
        served.output().lines().map(each -> each.split(" ", 4)).forEach(each -> {
            if (each.length > 2 && each[1].equals("complete")) {
                ended.merge(each[2].replace(":", ""), 1, Integer::sum);
            }
        });
        return ended;
    }

    /** What the process does in some ticks with nothing to do. */
    private static ProcessVitals.Work idle(ProcessVitals vitals) throws Exception {
        ProcessVitals.Work from = vitals.work();
        await().atMost(RunningService.LONGEST).until(() -> vitals.work().ticks() >= from.ticks() + TICKS);
        return vitals.work().since(from);
    }

    private static void nothingIsLeft(ProcessVitals.Look before, ProcessVitals.Look after) {
        assertThat(after.routes()).isEqualTo(before.routes());
        assertThat(after.definitions()).isEqualTo(before.definitions());
        assertThat(after.camelBeans()).isEqualTo(before.camelBeans());
        assertThat(after.beans()).isLessThanOrEqualTo(before.beans() + 5);
        assertThat(after.threads()).isLessThanOrEqualTo(before.threads() + 5);
        assertThat(after.files()).isLessThanOrEqualTo(before.files() + 10);
        long remembered = (RUNS * 8L) << 10;
        assertThat(after.heap()).isLessThan(before.heap() + (8L << 20) + remembered);
    }

    private void eachWasMadeOnceAndBilled() throws IOException {
        assertThat(ended())
                .hasSize(dropped)
                .allSatisfy((run, times) -> assertThat(times).isEqualTo(1));
        BigDecimal settled = BigDecimal.ZERO;
        BigDecimal billed = BigDecimal.ZERO;
        List<RunFolder> runs = runs();
        assertThat(runs).extracting(RunFolder::name).containsExactlyInAnyOrderElementsOf(ended().keySet());
        for (RunFolder each : runs) {
            RunState state = RunStore.read(each);
            JsonNode bill = ShippedRun.bill(each);
            assertThat(state.status()).isEqualTo(RunStatus.COMPLETE);
            assertThat(state.done()).isEqualTo(each.name().startsWith("tickets") ? 3 : 12);
            ShippedRun.lawHolds(state, bill, Lane.BATCH);
            settled = settled.add(BigDecimal.valueOf(state.ledger().settledPicos(), 12));
            billed = billed.add(bill.path("totals").path("usd").decimalValue());
        }
        assertThat(settled).isEqualByComparingTo(billed).isPositive();
        write("runs " + runs.size() + ", bill of all " + billed + " USD, ledgers of all " + settled + " USD");
    }

    private List<RunFolder> runs() throws IOException {
        try (Stream<Path> all = Files.list(folder.resolve("runs"))) {
            return all.filter(each -> !String.valueOf(each.getFileName()).startsWith("."))
                    .map(RunFolder::new)
                    .toList();
        }
    }

    private static void figures(
            Duration took,
            ProcessVitals.Look before,
            ProcessVitals.Look after,
            ProcessVitals.Work few,
            ProcessVitals.Work many)
            throws IOException {
        write("%d runs in %d s, after %d to warm up".formatted(RUNS, took.toSeconds(), WARM));
        write("| | before | after |\n|---|---:|---:|");
        row("routes", before.routes().size(), after.routes().size());
        row("route definitions", before.definitions(), after.definitions());
        row("MBeans of Camel", before.camelBeans().size(), after.camelBeans().size());
        row("MBeans", before.beans(), after.beans());
        row("threads", before.threads(), after.threads());
        row("heap in use, KB", before.heap() >> 10, after.heap() >> 10);
        row("open files", before.files(), after.files());
        row(
                "idle: CPU a second, ms",
                few.cpuNanos() / 1_000_000 / few.ticks(),
                many.cpuNanos() / 1_000_000 / many.ticks());
        row("idle: bytes read a second", few.read() / few.ticks(), many.read() / many.ticks());
    }

    private static void row(String what, long before, long after) throws IOException {
        write("| " + what + " | " + before + " | " + after + " |");
    }

    /** Into the file that a benchmark names. */
    private static void write(String line) throws IOException {
        String file = System.getProperty("caravan.figures", "");
        if (!file.isEmpty()) {
            Files.writeString(Path.of(file), line + "\n", StandardOpenOption.CREATE, StandardOpenOption.APPEND);
        }
    }
}
