package dev.caravan.simulator;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.caravan.base.Json;
import dev.caravan.provider.Lane;
import dev.caravan.provider.Usage;
import dev.caravan.simulator.RefusedCall.Problem;
import dev.caravan.simulator.RefusedCall.Refused;
import dev.caravan.simulator.SimulatorFaults.Kind;
import dev.caravan.simulator.WireShapes.Outcome;
import java.io.BufferedOutputStream;
import java.io.Closeable;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Results of one job while they are written. */
final class JobWork implements Closeable {
    private static final int SHUFFLED = 16;
    private static final long KEPT = 30 * 86_400_000L;

    private final JobTools tools;
    private final WireShapes wire;
    private final SimulatedJob job;
    private final double done;
    private final SimulatedJob.State end;
    private final String outputId;
    private final String errorId;
    private final OutputStream output;
    private final OutputStream error;
    private final OutputStream charges;
    private final SeededStream order;
    private final List<byte[]> mixed = new ArrayList<>();
    private int total;
    private int answered;
    private int failed;
    private int unrun;
    private int outputRows;
    private int errorRows;
    private Usage usage = Usage.NONE;
    private @Nullable RefusedCall failure;

    /** @param done share of the requests that were run before the job ended */
    JobWork(JobTools tools, WireShapes wire, SimulatedJob job, double done, SimulatedJob.State end) throws IOException {
        this.tools = tools;
        this.wire = wire;
        this.job = job;
        this.done = done;
        this.end = end;
        outputId = wire.provider().equals("gemini")
                ? ofGemini(job)
                : "file-out-" + job.id().replace('_', '-');
        errorId = "file-err-" + job.id().replace('_', '-');
        order = new SeededStream(tools.settings().seed(), job.id(), "order");
        output = stream(hidden(tools.files().content(outputId)));
        error = stream(hidden(tools.files().content(errorId)));
        charges = stream(hidden(tools.bill().ofJob(job.id())));
    }

    /** Gemini names a result file after its batch; batches of earlier versions have the whole name already. */
    private static String ofGemini(SimulatedJob job) {
        return job.id().startsWith("batch-") ? job.id() : "batch-" + job.id();
    }

    /** None of its requests is run, each fails. */
    void fail(String message) {
        failure = RefusedCall.of(Problem.SERVER, message);
    }

    private static OutputStream stream(Path file) throws IOException {
        return new BufferedOutputStream(Files.newOutputStream(file), 1 << 16);
    }

    private static Path hidden(Path file) {
        return file.resolveSibling("." + file.getFileName() + ".tmp");
    }

    void row(int number, String line) throws IOException {
        total++;
        JsonNode node = RequestLines.parse(line);
        WireShapes.Item item = node == null ? new WireShapes.Item("", job.model(), null) : wire.item(node, job.model());
        String call = AnswerMaker.callOf(item.key());
        String text = item.body() == null ? "" : Json.text(item.body());
        var transport = new SeededStream(tools.settings().seed(), text, call, "transport");
        SimulatorFaults faults = tools.settings().faults();
        var draw = new FaultDraw(faults, transport.share(), kind -> false);
        if (draw.befalls(Kind.MISSING_ROW)) {
            failed++;
            return;
        }
        Outcome unasked = unasked(call, draw);
        Outcome outcome = unasked == null ? run(item, call, faults) : unasked;
        write(item, outcome);
        if (outcome instanceof Outcome.Answered && transport.share() < faults.share(Kind.DUPLICATE_ROW)) {
            WireShapes.Row again = wire.row(job, item, total, outcome);
            if (again != null) {
                mix(Json.line(again.line()));
            }
        }
    }

    /** What becomes of a row that no model is asked for; null where one is. */
    private @Nullable Outcome unasked(String call, FaultDraw draw) {
        if (new SeededStream(tools.settings().seed(), job.id(), call, "turn").share() >= done) {
            unrun++;
            return new Outcome.NotRun();
        }
        if (failure != null) {
            return new Outcome.Failed(failure);
        }
        if (draw.befalls(Kind.ERROR_ROW)) {
            return new Outcome.Failed(RefusedCall.of(Problem.SERVER, "The server had an error."));
        }
        return draw.befalls(Kind.INVALID_ROW)
                ? new Outcome.Failed(RefusedCall.invalid("The request is invalid.", "body", "invalid_value"))
                : null;
    }

    private Outcome run(WireShapes.Item item, String call, SimulatorFaults faults) throws IOException {
        if (item.body() == null) {
            return new Outcome.Failed(RefusedCall.invalid("There is no request here.", "body", "invalid_value"));
        }
        try {
            CompletionRequest asked = wire.read(item.body(), item.model(), job.version());
            FaultMarkers markers = FaultMarkers.in(asked.prompt());
            if (markers.has(Kind.ERROR_ROW)) {
                return new Outcome.Failed(RefusedCall.of(Problem.SERVER, "The server had an error."));
            }
            if (markers.has(Kind.INVALID_ROW)) {
                return new Outcome.Failed(RefusedCall.invalid("The request is invalid.", "body", "invalid_value"));
            }
            CompletionAnswer made = wire.counted(tools.answers().answer(asked, call, faults, markers));
            charges.write(Json.line(tools.bill().line(call, wire.provider(), asked.model(), Lane.BATCH, made)));
            usage = usage.plus(new Usage(made.input(), made.cached(), made.output(), made.reasoning(), made.written()));
            return new Outcome.Answered(asked, made);
        } catch (Refused e) {
            return new Outcome.Failed(e.failure);
        }
    }

    private void write(WireShapes.Item item, Outcome outcome) throws IOException {
        answered += outcome instanceof Outcome.Answered ? 1 : 0;
        failed += outcome instanceof Outcome.Failed ? 1 : 0;
        WireShapes.Row row = wire.row(job, item, total, outcome);
        if (row == null) {
            return;
        }
        if (row.error()) {
            errorRows++;
            error.write(Json.line(row.line()));
        } else {
            outputRows++;
            mix(Json.line(row.line()));
        }
    }

    /** Writes rows in an order of their own, where the provider keeps none. */
    private void mix(byte[] line) throws IOException {
        mixed.add(line);
        if (!wire.shuffles() || mixed.size() >= SHUFFLED) {
            flush();
        }
    }

    private void flush() throws IOException {
        while (!mixed.isEmpty()) {
            output.write(mixed.remove(wire.shuffles() ? order.below(mixed.size()) : 0));
        }
    }

    /** The job as it is when all is in place. */
    SimulatedJob finish() throws IOException {
        flush();
        close();
        move(tools.bill().ofJob(job.id()));
        String name = job.id() + "_output.jsonl";
        boolean out = place(outputId, outputRows, wire.provider().equals("anthropic"), name);
        boolean err = place(errorId, errorRows, false, job.id() + "_error.jsonl");
        ObjectNode next = Json.object()
                .put("state", end.name())
                .put("ended", tools.clock().millis());
        next.put("total", total).put("answered", answered).put("failed", failed);
        next.put(end == SimulatedJob.State.EXPIRED ? "expired" : "cancelled", unrun);
        next.put("output", out ? outputId : null).put("error", err ? errorId : null);
        next.set("usage", Json.mapper().valueToTree(usage));
        return job.change(next);
    }

    private boolean place(String id, int rows, boolean empty, String name) throws IOException {
        Path file = tools.files().content(id);
        if (rows == 0 && !empty) {
            Files.deleteIfExists(hidden(file));
            return false;
        }
        move(file);
        long kept = tools.fated(job, Kind.RESULTS_GONE) ? 0 : KEPT;
        long expires = wire.provider().equals("openai") ? tools.clock().millis() + kept : 0;
        tools.files().describe(id, wire.provider(), name, "application/jsonl", "batch_output", expires);
        return true;
    }

    private static void move(Path file) throws IOException {
        Files.move(hidden(file), file, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
    }

    @Override
    public void close() throws IOException {
        output.close();
        error.close();
        charges.close();
    }
}
