package dev.caravan.camel.provider;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.caravan.base.Json;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * Documents as a provider makes them, with members gone, exchanged, or of another type, and cut anywhere: whatever a
 * mapping is given, a typed value comes of it.
 */
class WirePropertyTest {
    private static final int TIMES = 2_000;
    private static final int[] STATUSES = {200, 200, 200, 400, 401, 404, 429, 500, 503, 529};

    /** One document of each kind, all wires in one: what is not of a wire is an odd member to it. */
    private static final List<String> DOCUMENTS = List.of(
            "{\"id\":\"c\",\"object\":\"chat.completion\",\"model\":\"m\",\"choices\":[{\"index\":0,\"message\":{\"role\":\"assistant\",\"content\":[{\"type\":\"text\",\"text\":\"{}\"}],\"refusal\":null,\"reasoning_content\":\"x\",\"tool_calls\":[{\"function\":{\"name\":\"f\",\"arguments\":\"{}\"}}]},\"finish_reason\":\"stop\",\"error\":{\"code\":429,\"message\":\"m\"}}],\"error\":{\"code\":502,\"message\":\"m\",\"type\":\"t\"}}",
            "{\"status\":\"completed\",\"output\":[{\"type\":\"message\",\"content\":[{\"type\":\"output_text\",\"text\":\"{}\"},{\"type\":\"refusal\",\"refusal\":\"no\"}]}],\"incomplete_details\":{\"reason\":\"max_output_tokens\"}}",
            "{\"type\":\"message\",\"model\":\"m\",\"content\":[{\"type\":\"text\",\"text\":\"{}\"},{\"type\":\"tool_use\",\"input\":{}}],\"stop_reason\":\"refusal\",\"stop_details\":{\"category\":\"c\"}}",
            "{\"candidates\":[{\"content\":{\"parts\":[{\"text\":\"{}\",\"thought\":true},{\"functionCall\":{\"args\":{}}}]},\"finishReason\":\"SAFETY\"}],\"promptFeedback\":{\"blockReason\":\"OTHER\"},\"modelVersion\":\"m\"}",
            "{\"custom_id\":\"a-1-1\",\"key\":\"a-1-1\",\"metadata\":{\"key\":\"a\"},\"response\":{\"status_code\":200,\"body\":{\"choices\":[{\"message\":{\"content\":\"{}\"}}]}},\"result\":{\"type\":\"errored\",\"error\":{\"error\":{\"type\":\"api_error\",\"message\":\"m\"}},\"message\":{\"type\":\"message\",\"content\":[]}},\"error\":{\"code\":13,\"message\":\"m\"}}",
            "{\"id\":\"b\",\"name\":\"batches/b\",\"status\":\"completed\",\"processing_status\":\"ended\",\"request_counts\":{\"total\":2,\"completed\":1,\"succeeded\":1,\"errored\":0,\"canceled\":0,\"expired\":1,\"processing\":0},\"output_file_id\":\"f\",\"error_file_id\":\"g\",\"input_file_id\":\"i\",\"created_at\":5,\"errors\":{\"data\":[{\"code\":\"c\",\"message\":\"m\",\"line\":1}]},\"metadata\":{\"state\":\"BATCH_STATE_SUCCEEDED\",\"createTime\":\"2026-01-01T00:00:00.5Z\",\"endTime\":\"2026-01-02T00:00:00Z\",\"batchStats\":{\"requestCount\":\"2\"},\"output\":{\"responsesFile\":\"files/x\"},\"displayName\":\"n\",\"caravan_nonce\":\"n\"},\"input_files\":[\"i\"],\"output_file\":\"o\",\"total_requests\":2}",
            "{\"object\":\"error\",\"type\":\"t\",\"code\":\"c\",\"message\":{\"detail\":[{\"msg\":\"m\"}]},\"detail\":[{\"msg\":\"m\"}],\"error\":{\"type\":\"t\",\"code\":5,\"status\":\"S\",\"message\":\"m\",\"details\":[{\"reason\":\"R\",\"retryDelay\":\"3s\",\"violations\":[{\"quotaId\":\"PerDay\"}]}]}}",
            "{\"data\":[{\"id\":\"m\",\"capabilities\":{\"completion_chat\":true}}],\"operations\":[],\"models\":[{\"name\":\"models/m\"}],\"has_more\":true,\"last_id\":\"x\",\"total\":300,\"nextPageToken\":\"t\",\"totalTokens\":5,\"input_tokens\":5}");

    @ParameterizedTest
    @ValueSource(strings = {"openai", "anthropic", "gemini", "mistral"})
    void every_document_is_a_value_to_every_mapping(String provider) {
        Path folder = Path.of("routes", provider);
        var wire = new ProviderWire(folder);
        var random = new Random(17);
        for (int i = 0; i < TIMES; i++) {
            String text = text(random);
            String said = "document " + i + ": " + text;
            JsonNode body = HttpCalls.json(text);
            int status = STATUSES[random.nextInt(STATUSES.length)];
            var reply = new HttpReply(status, body, body == null ? text : "", null, null, 0, 0, null, null);

            assertThat(wire.answer(reply)).as(said).isNotNull();
            assertThat(wire.harmless(reply)).as(said).isNotNull();
            assertThat(wire.created(reply)).as(said).isNotNull();
            if (body != null) {
                assertThat(wire.read(body).answer()).as(said).isNotNull();
                if (Files.exists(folder.resolve("count-reply.jslt"))) {
                    assertThat(wire.counted(body)).as(said).isGreaterThanOrEqualTo(-1);
                }
                wire.status(body);
                wire.list(body, "");
                wire.models(body, "");
            }
        }
    }

    private static String text(Random random) {
        JsonNode document = Json.parse(DOCUMENTS.get(random.nextInt(DOCUMENTS.size())));
        for (int times = random.nextInt(4); times > 0; times--) {
            change(document, random);
        }
        String text = Json.text(document);
        return random.nextInt(8) == 0 ? text.substring(0, random.nextInt(text.length() + 1)) : text;
    }

    /** One value anywhere in it becomes another, or goes. */
    private static void change(JsonNode document, Random random) {
        var holders = new ArrayList<JsonNode>();
        gather(document, holders);
        JsonNode holder = holders.get(random.nextInt(holders.size()));
        if (holder instanceof ObjectNode object) {
            var names = new ArrayList<String>();
            object.fieldNames().forEachRemaining(names::add);
            String name = names.get(random.nextInt(names.size()));
            if (random.nextInt(3) == 0) {
                object.remove(name);
            } else {
                object.set(name, value(random, object.get(name)));
            }
        } else if (holder instanceof ArrayNode array) {
            array.set(0, value(random, array.get(0)));
        }
    }

    private static void gather(JsonNode node, List<JsonNode> into) {
        if (node.isContainerNode() && !node.isEmpty()) {
            into.add(node);
            node.forEach(each -> gather(each, into));
        } else if (into.isEmpty()) {
            into.add(node);
        }
    }

    private static JsonNode value(Random random, JsonNode was) {
        return switch (random.nextInt(14)) {
            case 0 -> Json.parse("null");
            case 1 -> Json.parse("\"\"");
            case 2 -> Json.parse("\"abc \\u0000 é\"");
            case 3 -> Json.parse("-7");
            case 4 -> Json.parse("1e400");
            case 5 -> Json.parse("123456789012345678901234567890");
            case 6 -> Json.parse("true");
            case 7 -> Json.parse("[]");
            case 8 -> Json.parse("{}");
            case 9 -> Json.parse("[null,1,\"x\",[{}]]");
            case 10 -> Json.object().set("inner", was.deepCopy());
            case 11 -> Json.mapper().createArrayNode().add(was.deepCopy());
            case 12 -> Json.parse("\"200\"");
            default -> Json.mapper().getNodeFactory().textNode(Json.text(was));
        };
    }
}
