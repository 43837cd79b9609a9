package dev.caravan.benchmark;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.caravan.base.Json;
import dev.caravan.base.RealDisk;
import dev.caravan.journal.Journal;
import dev.caravan.journal.JournalEntry;
import dev.caravan.journal.JsonLines;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Fork;
import org.openjdk.jmh.annotations.Measurement;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OperationsPerInvocation;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.TearDown;
import org.openjdk.jmh.annotations.Warmup;
import org.openjdk.jmh.infra.Blackhole;

/** Lines in files: one looked up, a thousand read in turn, and events that are appended to a journal and synced. */
@State(Scope.Thread)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.MICROSECONDS)
@Fork(1)
@Warmup(iterations = 3, time = 1)
@Measurement(iterations = 3, time = 1)
public class FileBenchmark {
    private static final int LINES = 1_000;

    private final List<Long> offsets = new ArrayList<>();
    private final ObjectNode event = Json.object().put("work", "w000001").put("units", "0-999");
    private Path folder;
    private Path lines;
    private Journal journal;
    private int next;

    @Setup
    public void write() throws IOException {
        folder = Files.createTempDirectory(Path.of("target"), "jmh");
        lines = folder.resolve("lines.jsonl");
        long at = 0;
        try (var out = Files.newOutputStream(lines)) {
            for (int i = 0; i < LINES; i++) {
                byte[] line = Json.line(Work.record().put("_n", i));
                offsets.add(at);
                at += line.length;
                out.write(line);
            }
        }
        journal = Journal.open(new RealDisk(), folder.resolve("journal.jsonl"), Clock.systemUTC(), 1, 0, entry -> {});
    }

    @TearDown
    public void remove() throws IOException {
        journal.close();
        Files.delete(lines);
        Files.delete(folder.resolve("journal.jsonl"));
        Files.delete(folder);
    }

    @Benchmark
    public JsonNode lookUp() {
        next = (next + 7) % LINES;
        return JsonLines.at(lines, offsets.get(next));
    }

    @Benchmark
    @OperationsPerInvocation(LINES)
    public void scan(Blackhole hole) throws IOException {
        JsonLines.scan(lines, 0, Files.size(lines), (offset, line) -> hole.consume(line));
    }

    @Benchmark
    @OperationsPerInvocation(LINES)
    public void append() throws InterruptedException {
        var durable = new CountDownLatch(LINES);
        var listener = new Journal.Listener() {
            @Override
            public void durable(JournalEntry entry) {
                durable.countDown();
            }

            @Override
            public void failed(Throwable cause) {
                throw new IllegalStateException(cause);
            }
        };
        for (int i = 0; i < LINES; i++) {
            journal.append("ChunkSettled", "engine", event, listener);
        }
        durable.await();
    }
}
