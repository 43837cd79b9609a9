package dev.caravan.step;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.node.ObjectNode;
import com.sun.management.ThreadMXBean;
import dev.caravan.base.Json;
import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.nio.file.Path;
import java.util.Objects;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What a unit of a step that computes may allocate: counted bytes, which are the same on every machine. */
class ExpressionStepCostTest {
    private static final int UNITS = 3_000;

    @TempDir
    Path folder;

    /** Bytes for each unit of the only step of a pipeline. */
    private long bytes(String item, String step) throws IOException {
        var local = (PreparedStep.Local) new WrittenPipeline(folder)
                .steps(step)
                .with("items.jsonl", item)
                .prepared()
                .get(0);
        var record = (ObjectNode) Json.parse(item);
        var threads = (ThreadMXBean) ManagementFactory.getThreadMXBean();
        long self = Thread.currentThread().getId();
        perform(local, record);
        long before = threads.getThreadAllocatedBytes(self);
        perform(local, record);
        return (threads.getThreadAllocatedBytes(self) - before) / UNITS;
    }

    private static void perform(PreparedStep.Local step, ObjectNode record) {
        for (int i = 0; i < UNITS; i++) {
            record.put("unit_id", "u" + i);
            Objects.requireNonNull(step.perform(record, 0).verdict().output());
        }
    }

    @Test
    void a_walk_of_25_rounds_takes_a_bounded_number_of_bytes() throws IOException {
        long bytes = bytes(
                "{\"id\": \"pier\", \"start\": 5, \"water\": 0, \"ship\": 10}",
                "- {name: walk, scope: expression, init: {position: start, path: '[start]', taken: '0'}, expressions:"
                        + " {position: 'position + random.choice([-1, 1])', path: path + position, taken: taken + 1},"
                        + " loop_until: 'position <= water || position >= ship', validation: {rules: [{name: whole,"
                        + " expr: 'path.size() == taken + 1 && path.last() == position', error: no}]}}");

        assertThat(bytes).isBetween(1_000L, 16_000L);
    }

    @Test
    void five_plain_expressions_take_a_bounded_number_of_bytes() throws IOException {
        long bytes = bytes(
                "{\"id\": \"o\", \"name\": \"Ann\", \"price\": 12.95, \"quantity\": 9, \"days\": 21}",
                "- {name: bill, scope: expression, expressions: {total: price * quantity, rebate:"
                        + " 'total > 100 ? total * 0.1 : 0', net: total - rebate, label: '\"${name}: ${net}\"',"
                        + " late: 'days > 14 && net > 50'}}");

        assertThat(bytes).isBetween(500L, 5_000L);
    }
}
