package dev.caravan.cli;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.caravan.base.Json;
import dev.caravan.base.Problems;
import dev.caravan.base.TextFile;
import dev.caravan.base.UnitRecord;
import dev.caravan.base.UserMistakeException;
import dev.caravan.pipeline.CallOverrides;
import dev.caravan.pipeline.Pipeline;
import dev.caravan.pipeline.Step;
import dev.caravan.pipeline.StepGrammar;
import dev.caravan.step.PreparedStep;
import dev.caravan.validation.Finding;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.List;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/**
 * Reads records as JSONL and writes one line for each. A record that a step fails goes on as {@code {unit_id, step,
 * _errors}}, which later filters pass through, so that no line is ever lost.
 */
abstract class FilterCommand extends RunsCommand {
    @Parameters(index = "0", paramLabel = "PIPELINE")
    String pipeline = "";

    @Option(names = "--step", paramLabel = "STEP", required = true, description = "which step")
    String step = "";

    @Option(names = "--seed", paramLabel = "N", description = "seed of random numbers (default: the pipeline's)")
    @Nullable Long seed;

    private boolean anyFailed;

    FilterCommand(CommandContext context) {
        super(context);
    }

    /** What becomes of one record. */
    abstract ObjectNode filtered(PreparedStep prepared, ObjectNode record);

    @Override
    public Integer call() {
        Pipeline read = context.read(pipeline, new CallOverrides(null, null, null, null, seed));
        List<String> names = read.steps().stream().map(Step::name).toList();
        Step wanted = read.steps().stream()
                .filter(each -> each.name().equals(step))
                .findFirst()
                .orElseThrow(() -> new UserMistakeException(
                        "--step", step, "there is no such step; " + Problems.suggestion(step, names)));
        PreparedStep prepared = StepGrammar.of(context.kinds(), wanted).prepare(wanted, read);
        try (var in = records()) {
            int number = 0;
            for (String line = line(in); line != null; line = line(in)) {
                number++;
                if (!line.isBlank()) {
                    ObjectNode record = record(line, number);
                    context.data().write(Json.line(record.has("_errors") ? record : filtered(prepared, record)));
                }
            }
        } catch (IOException e) {
            throw new UncheckedIOException("standard output failed", e);
        }
        context.data().flush();
        return anyFailed ? ExitCode.FAILED_UNITS : ExitCode.DONE;
    }

    private BufferedReader records() {
        try {
            return TextFile.reader(context.in());
        } catch (IOException e) {
            throw new UserMistakeException("standard input", "", TextFile.trouble(e));
        }
    }

    private static @Nullable String line(BufferedReader in) {
        try {
            return in.readLine();
        } catch (IOException e) {
            throw new UserMistakeException("standard input", "", TextFile.trouble(e));
        }
    }

    private static ObjectNode record(String line, int number) {
        try {
            if (Json.mapper().readTree(line) instanceof ObjectNode record) {
                return record;
            }
            throw new UserMistakeException("standard input", "line " + number, "must hold one JSON object");
        } catch (JsonProcessingException e) {
            throw new UserMistakeException("standard input", "line " + number, "is not JSON: " + Json.reason(e));
        }
    }

    ObjectNode failed(JsonNode record, List<Finding> findings) {
        anyFailed = true;
        ObjectNode line = Json.object();
        line.set(UnitRecord.ID, record.path(UnitRecord.ID));
        line.put("step", step);
        var errors = line.putArray("_errors");
        findings.stream()
                .filter(Finding::fails)
                .forEach(each -> errors.addObject()
                        .put("code", each.code())
                        .put("place", each.place())
                        .put("message", each.message()));
        return line;
    }
}
