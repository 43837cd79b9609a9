package dev.caravan.benchmark;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.caravan.base.Json;
import dev.caravan.camel.provider.ProviderWire;
import dev.caravan.execution.RowMapping;
import dev.caravan.prompt.RenderException;
import dev.caravan.prompt.Template;
import dev.caravan.provider.Prompt;
import java.nio.file.Path;
import java.util.concurrent.TimeUnit;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Fork;
import org.openjdk.jmh.annotations.Measurement;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.Warmup;

/** From a record to a line of a request file, and from a row of a result file to an answer. */
@State(Scope.Thread)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.MICROSECONDS)
@Fork(1)
@Warmup(iterations = 3, time = 1)
@Measurement(iterations = 3, time = 1)
public class PromptBenchmark {
    private static final String ROW =
            "{\"id\":\"r1\",\"custom_id\":\"score-20-1\",\"response\":{\"status_code\":200,\"body\":{"
                    + "\"id\":\"c1\",\"object\":\"chat.completion\",\"model\":\"gpt-6-luna\",\"choices\":[{\"index\":0,\"message\":"
                    + "{\"role\":\"assistant\",\"content\":\"{\\\"score\\\": 56, \\\"reason\\\": \\\"Nobody can work.\\\"}\"},"
                    + "\"finish_reason\":\"stop\"}],\"usage\":{\"prompt_tokens\":400,\"completion_tokens\":20,\"total_tokens\":420}}},"
                    + "\"error\":null}";

    private final Template template = Work.template();
    private final ObjectNode record = Work.record();
    private final ObjectNode context = Work.context();
    private final ObjectNode config = Json.object();
    private final JsonNode errors = Json.mapper().createArrayNode();
    private final RowMapping mapping = new ProviderWire(Path.of("routes/openai"));
    private final Prompt prompt = Prompt.of("score-20-1", "gpt-6-luna", Work.prompt(), 200);
    private final JsonNode row = Json.parse(ROW);

    @Benchmark
    public String render() throws RenderException {
        return template.render(record, context, config, errors);
    }

    @Benchmark
    public byte[] line() {
        return Json.line(mapping.line(prompt, "score-20-1", "openai").line());
    }

    @Benchmark
    public RowMapping.Row row() {
        return mapping.read(row);
    }
}
