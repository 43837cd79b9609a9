package dev.caravan.pipeline;

import static org.assertj.core.api.Assertions.assertThat;

import com.sun.management.ThreadMXBean;
import java.io.IOException;
import java.io.OutputStream;
import java.lang.management.ManagementFactory;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What it takes to make units: counted in bytes allocated, which are the same on every machine. */
class UnitWriterCostTest {
    private static final int UNITS = 5_000;

    @TempDir
    Path folder;

    @Test
    void a_unit_is_made_of_a_line_without_reading_it_sign_by_sign() throws IOException {
        assertThat(perUnit("items.jsonl", items("{\"id\": \"item-%d\", \"title\": \"%s\", \"note\": \"%s\"}\n", "")))
                .isLessThan(6_000);
    }

    @Test
    void a_unit_is_made_of_a_row_without_reading_it_sign_by_sign() throws IOException {
        assertThat(perUnit("items.csv", items("item-%d,%s,%s\n", "id,title,note\n")))
                .isLessThan(4_700);
    }

    private static String items(String form, String header) {
        var items = new StringBuilder(header);
        for (int i = 0; i < UNITS; i++) {
            items.append(form.formatted(i, "a title ".repeat(5), "a note of some length ".repeat(12)));
        }
        return items.toString();
    }

    private long perUnit(String file, String items) throws IOException {
        Pipeline pipeline = new PipelineFolder(folder)
                .with(file, items)
                .with(
                        "config.yaml",
                        "pipeline: {steps: [{name: s, scope: expression, expressions: {y: \"1\"}}]}\n"
                                + "processing: {chunk_size: 5, items: {source: " + file + "}}\n")
                .read();
        var counter = (ThreadMXBean) ManagementFactory.getThreadMXBean();
        long self = Thread.currentThread().getId();
        UnitWriter.write(pipeline, OutputStream.nullOutputStream(), UNITS);
        long before = counter.getThreadAllocatedBytes(self);
        assertThat(UnitWriter.write(pipeline, OutputStream.nullOutputStream(), UNITS))
                .isEqualTo(UNITS);
        return (counter.getThreadAllocatedBytes(self) - before) / UNITS;
    }
}
