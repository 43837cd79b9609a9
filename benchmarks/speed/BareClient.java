import com.fasterxml.jackson.databind.ObjectMapper;
import io.vertx.core.Vertx;
import io.vertx.core.VertxOptions;
import io.vertx.ext.web.client.WebClientOptions;
import java.lang.management.ManagementFactory;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Semaphore;
import java.util.concurrent.atomic.AtomicInteger;
import org.apache.camel.AsyncProducer;
import org.apache.camel.Endpoint;
import org.apache.camel.Exchange;
import org.apache.camel.impl.DefaultCamelContext;

/**
 * Asks the simulator by camel-vertx-http with nothing around it: requests are made before the clock starts, and what comes
 * back is only counted. Run as a source file by {@code speed.sh}.
 *
 * <p>{@code BareClient.java PIPELINE BASE_URL CALLS IN_FLIGHT}: bodies follow from the templates and schemas of the pipeline
 * calls. Prints {@code calls seconds-of-wall seconds-of-CPU}.
 */
public final class BareClient {
    private static final ObjectMapper MAPPER = new ObjectMapper();

    public static void main(String[] args) throws Exception {
        var bodies = bodies(Path.of(args[0]));
        String url = args[1] + "/chat/completions";
        int calls = Integer.parseInt(args[2]);
        int inFlight = Integer.parseInt(args[3]);
        var vertx = Vertx.vertx(new VertxOptions().setEventLoopPoolSize(Runtime.getRuntime().availableProcessors()));
        try (var context = new DefaultCamelContext()) {
            context.getRegistry().bind("vertx", vertx);
            context.getRegistry().bind("options", new WebClientOptions().setMaxPoolSize(inFlight).setKeepAlive(true));
            context.start();
            Endpoint endpoint = context.getEndpoint("vertx-http:" + url
                    + "?webClientOptions=#options&throwExceptionOnFailure=false&connectTimeout=10000&timeout=60000");
            AsyncProducer producer = endpoint.createAsyncProducer();
            producer.start();
            var system = (com.sun.management.OperatingSystemMXBean) ManagementFactory.getOperatingSystemMXBean();
            var room = new Semaphore(inFlight);
            var wrong = new AtomicInteger();
            long cpu = system.getProcessCpuTime();
            long begun = System.nanoTime();
            for (int i = 0; i < calls; i++) {
                room.acquire();
                Exchange exchange = endpoint.createExchange();
                exchange.getMessage().setBody(bodies.get(i % bodies.size()));
                exchange.getMessage().setHeader(Exchange.HTTP_METHOD, "POST");
                exchange.getMessage().setHeader(Exchange.CONTENT_TYPE, "application/json");
                exchange.getMessage().setHeader("Authorization", "Bearer sk-simulated");
                exchange.getMessage().setHeader("X-Caravan-Call", "bare/step/" + i + "/1");
                producer.process(exchange, done -> {
                    if (!Integer.valueOf(200).equals(exchange.getMessage().getHeader(Exchange.HTTP_RESPONSE_CODE))) {
                        wrong.incrementAndGet();
                    }
                    room.release();
                });
            }
            room.acquire(inFlight);
            long wall = System.nanoTime() - begun;
            cpu = system.getProcessCpuTime() - cpu;
            if (wrong.get() > 0) {
                throw new IllegalStateException(wrong + " of " + calls + " calls were not answered with 200");
            }
            System.out.printf(java.util.Locale.ROOT, "%d %.3f %.3f%n", calls, wall / 1e9, cpu / 1e9);
        } finally {
            vertx.close();
        }
    }

    /** As long as those of the pipeline, of the same form. */
    private static List<String> bodies(Path folder) throws Exception {
        var bodies = new ArrayList<String>();
        try (var lines = Files.lines(folder.resolve("items.jsonl"))) {
            List<String> items = lines.limit(512).toList();
            for (int i = 0; i < items.size(); i++) {
                String step = i % 2 == 0 ? "classify" : "score";
                String prompt = Files.readString(folder.resolve("templates/" + step + ".vm"));
                for (var field : MAPPER.readTree(items.get(i)).properties()) {
                    prompt = prompt.replace("$" + field.getKey(), field.getValue().asText());
                }
                var body = MAPPER.createObjectNode().put("model", "gpt-6-luna");
                body.putArray("messages").addObject().put("role", "user").put("content", prompt);
                body.put("max_completion_tokens", 200);
                body.putObject("response_format").put("type", "json_schema").putObject("json_schema")
                        .put("name", step).put("strict", true)
                        .set("schema", schema(folder, step));
                bodies.add(MAPPER.writeValueAsString(body));
            }
        }
        return bodies;
    }

    /** In the form that the provider takes: without lengths of texts. */
    private static com.fasterxml.jackson.databind.JsonNode schema(Path folder, String step) throws Exception {
        var schema = MAPPER.readTree(folder.resolve("schemas/" + step + ".json").toFile());
        for (var property : schema.path("properties")) {
            ((com.fasterxml.jackson.databind.node.ObjectNode) property).remove(List.of("minLength", "maxLength"));
        }
        return schema;
    }
}
