package dev.caravan.base;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class JsonMembersTest {
    private static final String SIGNS = "ab{}[]:,\"\\\n\t ü\uD83D\uDE00\u2028\uD83D";

    private final Random random = new Random(3);

    private String text() {
        var text = new StringBuilder();
        for (int i = random.nextInt(8); i > 0; i--) {
            text.append(SIGNS.charAt(random.nextInt(SIGNS.length())));
        }
        return text.toString();
    }

    private JsonNode value(int depth) {
        return switch (random.nextInt(depth > 3 ? 5 : 7)) {
            case 0 -> Json.mapper().getNodeFactory().textNode(text());
            case 1 -> Json.mapper().getNodeFactory().numberNode(random.nextInt(2_000) - 1_000);
            case 2 -> Json.parse("-1.50E+7");
            case 3 -> Json.mapper().getNodeFactory().booleanNode(random.nextBoolean());
            case 4 -> Json.mapper().nullNode();
            case 5 -> object(depth + 1);
            default -> Json.mapper().createArrayNode().add(value(depth + 1)).add(value(depth + 1));
        };
    }

    private ObjectNode object(int depth) {
        ObjectNode object = Json.object();
        for (int i = random.nextInt(6); i > 0; i--) {
            object.set(text(), value(depth));
        }
        return object;
    }

    @Test
    void the_members_of_any_object_that_we_write_are_found_where_they_are() {
        var members = new JsonMembers();
        for (int i = 0; i < 20_000; i++) {
            ObjectNode object = object(0);
            byte[] line = ("x" + Json.text(object)).getBytes(StandardCharsets.UTF_8);
            assertThat(members.find(line, 1, line.length - 1)).isTrue();
            var names = new ArrayList<String>();
            for (int each = 0; each < members.count(); each++) {
                byte[] quoted = Arrays.copyOfRange(line, members.nameFrom(each) - 1, members.nameTo(each) + 1);
                String name = Json.parse(quoted).textValue();
                names.add(name);
                JsonNode value = object.get(name);
                assertThat(members.node(each)).isEqualTo(Json.parse(Json.text(value)));
                assertThat(members.isText(each)).isEqualTo(value.isTextual());
                if (value.isTextual()) {
                    assertThat(members.text(each)).isEqualTo(value.textValue());
                }
                assertThat(members.number(each))
                        .isEqualTo(value.isInt() && value.intValue() >= 0 ? value.intValue() : -1);
            }
            assertThat(names).containsExactlyElementsOf(() -> object.fieldNames());
        }
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "{",
                "[]",
                "{ }",
                "{\"a\": 1}",
                "{\"a\" :1}",
                "{ \"a\":1}",
                "{\"a\":1 }",
                "{\"a\":1},",
                "{\"a\":1}{}",
                "{\"a\":}",
                "{\"a\"}",
                "{\"a\":\"b}",
                "{\"a\":[1}",
                "{\"a\":1,}",
                "{\"a\":\"b\\\"}",
                "null"
            })
    void what_is_not_in_our_form_is_not_taken(String line) {
        byte[] bytes = line.getBytes(StandardCharsets.UTF_8);
        assertThat(new JsonMembers().find(bytes, 0, bytes.length)).isFalse();
    }

    @Test
    void a_member_is_found_by_its_name() {
        byte[] line = "{\"unit_id\":\"a\\u00e4\",\"_n\":17,\"x\":1234567890}".getBytes(StandardCharsets.UTF_8);
        var members = new JsonMembers();
        assertThat(members.find(line, 0, line.length)).isTrue();
        assertThat(members.number(members.of(JsonMembers.name("_n")))).isEqualTo(17);
        assertThat(members.text(members.of(JsonMembers.name("unit_id")))).isEqualTo("aä");
        assertThat(members.number(members.of(JsonMembers.name("x")))).isEqualTo(-1);
        assertThat(members.of(JsonMembers.name("n"))).isEqualTo(-1);
        assertThat(members.number(-1)).isEqualTo(-1);
        assertThat(members.find(line, 0, line.length, 2)).isTrue();
        assertThat(members.count()).isEqualTo(2);
    }
}
