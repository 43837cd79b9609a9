import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.networknt.schema.JsonSchema;
import com.networknt.schema.JsonSchemaFactory;
import com.networknt.schema.SpecVersion;
import dev.caravan.expression.Evaluation;
import dev.caravan.expression.Expression;
import java.io.StringReader;
import java.io.StringWriter;
import java.lang.management.ManagementFactory;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.apache.velocity.Template;
import org.apache.velocity.VelocityContext;
import org.apache.velocity.runtime.RuntimeInstance;

/**
 * What a unit-step costs when nothing of a run is around it: render the prompt, parse the reply, hold it against its schema,
 * try the rule; the libraries that the program uses, one thread, warm. Run as a source file by {@code speed.sh}.
 *
 * <p>{@code BareLoop.java PIPELINE UNIT_STEPS}: the folder of the pipeline calls, and how many each round does. Prints the
 * best of five rounds as {@code unit-steps nanoseconds-of-CPU bytes}.
 */
public final class BareLoop {
    private static final ObjectMapper MAPPER = new ObjectMapper().enable(DeserializationFeature.USE_BIG_DECIMAL_FOR_FLOATS);
    private static final List<String> LABELS = List.of("billing", "network", "hardware", "account", "other");
    private static final String REASON = "The person names a sum that nobody ordered and asks for the money back.";

    /** One step: what it asks with, what is answered, what an answer is held against. */
    private record Step(Template prompt, List<String> replies, JsonSchema schema, Expression rule) {}

    public static void main(String[] args) throws Exception {
        var folder = Path.of(args[0]);
        int each = Integer.parseInt(args[1]);
        var random = new Random(20);
        var classify = new ArrayList<String>();
        var score = new ArrayList<String>();
        for (int i = 0; i < 512; i++) {
            classify.add("{\"label\": \"%s\", \"confidence\": 0.%d, \"rationale\": \"%s\"}"
                    .formatted(LABELS.get(random.nextInt(5)), 10 + random.nextInt(90), REASON));
            score.add("{\"score\": %d, \"reason\": \"%s\"}".formatted(random.nextInt(101), REASON));
        }
        var steps = List.of(
                step(folder, "classify", classify, "label == 'other' || confidence >= 0"),
                step(folder, "score", score, "score >= 0 && score <= 100"));
        var records = records(folder);
        var threads = (com.sun.management.ThreadMXBean) ManagementFactory.getThreadMXBean();
        long thread = Thread.currentThread().getId();
        long best = Long.MAX_VALUE;
        long bytes = 0;
        for (int round = 0; round < 8; round++) {
            long cpu = threads.getCurrentThreadCpuTime();
            long allocated = threads.getThreadAllocatedBytes(thread);
            long seen = 0;
            for (int i = 0; i < each; i++) {
                seen += unitStep(steps.get(i & 1), records.get(i & 511), i);
            }
            cpu = threads.getCurrentThreadCpuTime() - cpu;
            if (round >= 3 && cpu < best) {
                best = cpu;
                bytes = threads.getThreadAllocatedBytes(thread) - allocated;
            }
            if (seen < each * 1000L) {
                throw new IllegalStateException("prompts of " + seen / each + " characters are too short to be real");
            }
        }
        System.out.println(each + " " + best + " " + bytes);
    }

    private static int unitStep(Step step, ObjectNode record, int n) throws Exception {
        var context = new VelocityContext();
        record.properties().forEach(field -> context.put(field.getKey(), field.getValue().isNumber() ? field.getValue().decimalValue() : field.getValue().textValue()));
        context.put("labels", LABELS);
        context.put("desk", "the service desk");
        context.put("errors", List.of());
        var prompt = new StringWriter(2048);
        step.prompt.merge(context, prompt);
        JsonNode reply = MAPPER.readTree(step.replies.get(n >> 1 & 511));
        if (!step.schema.validate(reply).isEmpty() || !step.rule.test(new Evaluation((ObjectNode) reply, null))) {
            throw new IllegalStateException("does not hold: " + reply);
        }
        return prompt.getBuffer().length();
    }

    private static Step step(Path folder, String name, List<String> replies, String rule) throws Exception {
        var velocity = new RuntimeInstance();
        velocity.init();
        var template = new Template();
        template.setRuntimeServices(velocity);
        template.setName(name);
        template.setData(velocity.parse(new StringReader(Files.readString(folder.resolve("templates/" + name + ".vm"))), template));
        template.initDocument();
        JsonSchema schema = JsonSchemaFactory.getInstance(SpecVersion.VersionFlag.V202012)
                .getSchema(Files.readString(folder.resolve("schemas/" + name + ".json")));
        return new Step(template, replies, schema, Expression.compile(rule));
    }

    private static List<ObjectNode> records(Path folder) throws Exception {
        var records = new ArrayList<ObjectNode>();
        try (var lines = Files.lines(folder.resolve("items.jsonl"))) {
            for (String line : lines.limit(512).toList()) {
                records.add(((ObjectNode) MAPPER.readTree(line))
                        .put("label", "billing").put("confidence", 0.73).put("rationale", REASON));
            }
        }
        return records;
    }
}
