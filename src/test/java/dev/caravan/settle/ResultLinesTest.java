package dev.caravan.settle;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.caravan.base.Csv;
import dev.caravan.base.Json;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;

/** Lines and rows made of bytes are those that are made of trees. */
class ResultLinesTest {
    private static final String SIGNS = "ab=+-@,;\"\\\n\r\t\u0001\u007f ü\uD83D\uDE00\u2028\uD83D";
    private static final List<String> NAMES =
            List.of("unit_id", "_n", "a", "b", "Größe", "_meta", "c,d", "e\"f", "g\nh");
    private static final List<String> NUMBERS =
            List.of("0", "-5", "1E+5", "1.10", "-1E-7", "1.0E400", "12345678901234567890");

    private final Random random = new Random(9);

    private String text() {
        var text = new StringBuilder();
        for (int i = random.nextInt(6); i > 0; i--) {
            text.append(SIGNS.charAt(random.nextInt(SIGNS.length())));
        }
        return text.toString();
    }

    private JsonNode value() {
        return switch (random.nextInt(8)) {
            case 0 -> Json.parse(NUMBERS.get(random.nextInt(NUMBERS.size())));
            case 1 -> JsonNodeFactory.instance.booleanNode(random.nextBoolean());
            case 2 -> Json.mapper().nullNode();
            case 3 -> Json.object().put(text(), text()).put("x", 1);
            case 4 -> Json.mapper().createArrayNode().add(1).add(text());
            case 5 -> Json.mapper().createArrayNode();
            default -> JsonNodeFactory.instance.textNode(text());
        };
    }

    private ObjectNode record(int names) {
        ObjectNode record = Json.object();
        for (int i = 0; i < names; i++) {
            if (random.nextInt(5) > 0) {
                record.set(NAMES.get(i), value());
            }
        }
        if (random.nextInt(4) == 0) {
            JsonNode moved = record.remove("a");
            if (moved != null) {
                record.set("a", moved);
            }
        }
        return record;
    }

    private List<ObjectNode> records() {
        var records = new ArrayList<ObjectNode>();
        int common = random.nextInt(NAMES.size() + 1);
        for (int i = random.nextInt(12); i > 0; i--) {
            records.add(record(random.nextInt(10) == 0 ? NAMES.size() : common));
        }
        return records;
    }

    private static byte[] jsonl(List<ObjectNode> records) {
        var out = new ByteArrayOutputStream();
        records.forEach(each -> out.writeBytes(Json.line(OutputRecord.withoutInternal(each.deepCopy()))));
        return out.toByteArray();
    }

    private static byte[] csv(List<ObjectNode> records) {
        var shown = records.stream()
                .map(each -> OutputRecord.withoutInternal(each.deepCopy()))
                .toList();
        var columns = new LinkedHashSet<String>();
        shown.forEach(each -> each.fieldNames().forEachRemaining(columns::add));
        var out = new ByteArrayOutputStream();
        out.writeBytes(Csv.line(List.copyOf(columns)));
        shown.forEach(each -> out.writeBytes(
                Csv.line(columns.stream().map(name -> Csv.cell(each.get(name))).toList())));
        return out.toByteArray();
    }

    private static void write(List<ObjectNode> records, ResultLines lines) throws IOException {
        for (ObjectNode each : records) {
            byte[] line = ("xx" + Json.text(each)).getBytes(StandardCharsets.UTF_8);
            assertThat(lines.add(line, 2, line.length - 2)).isTrue();
            lines.drain();
        }
        lines.end();
    }

    @Test
    void lines_and_rows_are_those_of_the_trees_however_odd_the_records_are() throws IOException {
        int outgrown = 0;
        for (int i = 0; i < 20_000; i++) {
            List<ObjectNode> records = records();
            var table = new OutputTable();
            var jsonl = new ByteArrayOutputStream();
            var rows = new ByteArrayOutputStream();
            write(records, new ResultLines(table, jsonl, rows));
            if (table.isOutgrown()) {
                outgrown++;
                rows.reset();
                table.begin();
                write(records, new ResultLines(table, OutputStream.nullOutputStream(), rows));
                assertThat(table.isOutgrown()).isFalse();
            }
            assertThat(jsonl.toString(StandardCharsets.UTF_8))
                    .isEqualTo(new String(jsonl(records), StandardCharsets.UTF_8));
            assertThat(rows.toString(StandardCharsets.UTF_8))
                    .isEqualTo(new String(csv(records), StandardCharsets.UTF_8));
        }
        assertThat(outgrown).as("tables that a late record made again").isGreaterThan(1_000);
    }

    @Test
    void a_record_in_another_form_is_taken_as_what_it_says() throws IOException {
        byte[] line = "{ \"unit_id\": \"a\", \"_n\": 0 }".getBytes(StandardCharsets.UTF_8);
        var jsonl = new ByteArrayOutputStream();
        var lines = new ResultLines(new OutputTable(), jsonl, OutputStream.nullOutputStream());
        assertThat(lines.add(line, 0, line.length)).isFalse();
        lines.add((ObjectNode) Json.parse(line));
        lines.end();
        assertThat(jsonl.toString(StandardCharsets.UTF_8)).isEqualTo("{\"unit_id\":\"a\"}\n");
    }
}
