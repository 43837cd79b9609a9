package dev.caravan.simulator;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.caravan.base.Json;
import dev.caravan.provider.Lane;
import dev.caravan.provider.Usage;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.math.BigDecimal;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Consumer;
import java.util.stream.Stream;

/**
 * What the provider would charge: one line a call, written before the answer goes out, so that a call whose client has
 * gone is on the bill all the same. Lines of a job lie in a file of its own, renamed into place with its results.
 */
final class SimulatorBill {
    private final Path calls;
    private final Path jobs;
    private final SimulatorSettings.Catalogue catalogue;
    private final OutputStream out;
    private final AtomicLong throttled = new AtomicLong();
    private final AtomicLong refused = new AtomicLong();

    SimulatorBill(Path folder, SimulatorSettings.Catalogue catalogue) throws IOException {
        this.catalogue = catalogue;
        calls = folder.resolve("bill.jsonl");
        jobs = folder.resolve("bills");
        Files.createDirectories(jobs);
        cutTornLine();
        out = Files.newOutputStream(calls, StandardOpenOption.CREATE, StandardOpenOption.APPEND);
    }

    private void cutTornLine() throws IOException {
        if (!Files.exists(calls)) {
            return;
        }
        try (FileChannel channel = FileChannel.open(calls, StandardOpenOption.READ, StandardOpenOption.WRITE)) {
            long end = channel.size();
            var one = ByteBuffer.allocate(1);
            while (end > 0) {
                one.clear();
                if (channel.read(one, end - 1) == 1 && one.get(0) == '\n') {
                    break;
                }
                end--;
            }
            channel.truncate(end);
        }
    }

    ObjectNode line(String key, String provider, String model, Lane lane, CompletionAnswer made) {
        ObjectNode line =
                Json.object().put("key", key).put("provider", provider).put("model", model);
        line.put("mode", lane.word());
        line.put("input", made.input()).put("cached", made.cached()).put("written", made.written());
        line.put("output", made.output()).put("reasoning", made.reasoning());
        long picos = catalogue.picos(
                model, lane, new Usage(made.input(), made.cached(), made.output(), made.reasoning(), made.written()));
        return picos < 0 ? line.putNull("usd") : line.put("usd", BigDecimal.valueOf(picos, 12));
    }

    /** A call was turned away by a limit; it costs nothing and is counted. */
    void throttled() {
        throttled.incrementAndGet();
    }

    /** A call came with a key that is not taken. */
    void refused() {
        refused.incrementAndGet();
    }

    synchronized void book(ObjectNode line) {
        try {
            out.write(Json.line(line));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    Path ofJob(String job) {
        return jobs.resolve(job + ".jsonl");
    }

    synchronized void each(Consumer<JsonNode> sink) throws IOException {
        var files = new ArrayList<Path>(List.of(calls));
        try (Stream<Path> ofJobs = Files.list(jobs)) {
            ofJobs.filter(each -> each.toString().endsWith(".jsonl")).sorted().forEach(files::add);
        }
        for (Path file : files) {
            try (BufferedReader reader = Files.newBufferedReader(file)) {
                for (String line = reader.readLine(); line != null; line = reader.readLine()) {
                    sink.accept(Json.parse(line));
                }
            }
        }
    }

    /** Writes the whole bill as one JSON document. */
    void write(OutputStream target, boolean totalsOnly, Iterable<ObjectNode> jobLines) throws IOException {
        var totals = new Totals();
        target.write("{".getBytes(StandardCharsets.UTF_8));
        if (!totalsOnly) {
            target.write("\"calls\":[".getBytes(StandardCharsets.UTF_8));
        }
        boolean[] first = {true};
        each(line -> {
            totals.add(line);
            if (!totalsOnly) {
                try {
                    target.write(((first[0] ? "" : ",\n") + Json.text(line)).getBytes(StandardCharsets.UTF_8));
                } catch (IOException e) {
                    throw new UncheckedIOException(e);
                }
                first[0] = false;
            }
        });
        totals.throttled = throttled.get();
        totals.refused = refused.get();
        var jobsArray = Json.mapper().createArrayNode();
        jobLines.forEach(jobsArray::add);
        String end = (totalsOnly ? "" : "],") + "\"jobs\":" + Json.text(jobsArray) + ",\"totals\":"
                + Json.text(totals.toJson()) + "}";
        target.write(end.getBytes(StandardCharsets.UTF_8));
    }

    private static final class Totals {
        private long calls;
        private long input;
        private long cached;
        private long throttled;
        private long refused;
        private long output;
        private long reasoning;
        private long written;
        private BigDecimal usd = BigDecimal.ZERO;
        private boolean known = true;
        private final Map<String, Long> byMode = new TreeMap<>();

        void add(JsonNode line) {
            calls++;
            input += line.get("input").longValue();
            cached += line.get("cached").longValue();
            output += line.get("output").longValue();
            reasoning += line.path("reasoning").longValue();
            written += line.path("written").longValue();
            byMode.merge(line.get("mode").textValue(), 1L, Long::sum);
            if (line.get("usd").isNull()) {
                known = false;
            } else {
                usd = usd.add(line.get("usd").decimalValue());
            }
        }

        ObjectNode toJson() {
            ObjectNode node =
                    Json.object().put("calls", calls).put("input", input).put("cached", cached);
            node.put("output", output).put("reasoning", reasoning).put("written", written);
            node.put("throttled", throttled).put("refused", refused);
            node.set("by_mode", Json.mapper().valueToTree(byMode));
            return known ? node.put("usd", usd.stripTrailingZeros()) : node.putNull("usd");
        }
    }
}
