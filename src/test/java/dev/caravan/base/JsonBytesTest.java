package dev.caravan.base;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.node.ObjectNode;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;

class JsonBytesTest {
    private static final List<String> PIECES = List.of(
            "a",
            "Z",
            "0",
            " ",
            "\"",
            "\\",
            "/",
            "\n",
            "\r",
            "\t",
            "\b",
            "\f",
            "\u0000",
            "\u0001",
            "\u001f",
            "\u007f",
            "\u0080",
            "\u00e9",
            "\u2028",
            "\u2029",
            "\ufeff",
            "\ufffd",
            "\ud83d\ude00",
            "\ud83d",
            "\ude00",
            "\ud800\ud800",
            "?");

    private final Random random = new Random(Long.getLong("caravan.seed", 3));

    private String text() {
        var text = new StringBuilder();
        for (int i = random.nextInt(40); i > 0; i--) {
            text.append(PIECES.get(random.nextInt(PIECES.size())));
        }
        return text.toString();
    }

    @Test
    void a_text_comes_out_as_the_mapper_and_the_escaping_of_halves_make_it() {
        var bytes = new JsonBytes(1);
        for (int i = 0; i < 100_000; i++) {
            String text = text();
            bytes.clear();
            bytes.quoted(text);

            assertThat(bytes.toBytes())
                    .isEqualTo(Json.text(Json.object().textNode(text)).getBytes(StandardCharsets.UTF_8));
        }
    }

    @Test
    void a_value_and_a_line_come_out_as_their_text() {
        var bytes = new JsonBytes(1);
        for (int i = 0; i < 20_000; i++) {
            ObjectNode node = Json.object().put("a", text()).put(text(), i);
            node.set("number", Json.parse(random.nextBoolean() ? "1.10" : "-1E+5"));
            node.putArray("list").add(text()).addNull();
            bytes.clear();
            bytes.ascii("[").value(node).ascii(",").number(i - 7L).ascii("]");

            assertThat(new String(bytes.toBytes(), StandardCharsets.UTF_8))
                    .isEqualTo("[" + Json.text(node) + "," + (i - 7L) + "]");
            assertThat(new String(Json.line(node), StandardCharsets.UTF_8)).isEqualTo(Json.text(node) + "\n");
        }
    }
}
