package dev.caravan.settle;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.caravan.base.RealDisk;
import dev.caravan.base.UserMistakeException;
import dev.caravan.money.Money;
import dev.caravan.provider.Answer;
import dev.caravan.provider.Lane;
import dev.caravan.provider.UsageReading;
import dev.caravan.run.WorkOrder.Member;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ResultsTailTest {
    @TempDir
    Path folder;

    private Path file() {
        return folder.resolve("label_results.jsonl");
    }

    private static byte[] row(int unit, String text) {
        var member = new Member(unit, 0, 0, 0, 0, "label-" + unit + "-1");
        return ReplyRow.of(
                        member,
                        "u" + unit,
                        "w000001",
                        Lane.BATCH,
                        new Answer.Completed(text, "m", UsageReading.NONE),
                        () -> Money.ZERO)
                .line();
    }

    private void write(byte[]... lines) throws IOException {
        Files.write(file(), joined(lines));
    }

    private static byte[] changed(byte[] line) {
        return new String(line, StandardCharsets.UTF_8)
                .replace("\\\"urgency\\\":4", "\\\"urgency\\\":7")
                .getBytes(StandardCharsets.UTF_8);
    }

    @Test
    void a_row_that_was_changed_or_stands_twice_counts_for_nothing_and_the_others_do() throws IOException {
        byte[] booked = row(0, "{}");
        byte[] good = row(1, "{\"note\":\"two\nlines «ü»\"}");
        byte[] bad = changed(row(2, "{\"urgency\":4}"));
        byte[] last = row(3, "{}");
        byte[] zeros = "\0\0\0\0\n".getBytes(StandardCharsets.UTF_8);
        write(booked, good, booked, zeros, bad, good, last, "{\"key\":\"torn".getBytes(StandardCharsets.UTF_8));

        var tail = new ResultsTail(file(), booked.length);

        assertThat(tail.whole()).isFalse();
        assertThat(tail.trouble()).isEqualTo("2 damaged and 2 double lines behind what was booked");

        tail.mend(new RealDisk());

        assertThat(Files.readAllBytes(file())).isEqualTo(joined(booked, good, last));
        assertThat(Files.readAllBytes(folder.resolve("label_results.jsonl.damaged")))
                .isEqualTo(joined(zeros, bad));
        var mended = new ResultsTail(file(), booked.length);
        assertThat(mended.whole()).isTrue();
        assertThat(mended.rows()).extracting(each -> each.row().unit()).containsExactly(1, 3);
        assertThat(mended.rows().get(1).end()).isEqualTo(Files.size(file()));
    }

    @Test
    void a_row_that_was_booked_and_changed_is_refused_with_its_place() throws IOException {
        byte[] first = row(0, "{}");
        write(first, changed(row(1, "{\"urgency\":4}")));

        assertThatThrownBy(() -> ReplyRowReader.scan(file(), 0, Long.MAX_VALUE, (offset, row) -> {}))
                .isInstanceOf(UserMistakeException.class)
                .hasMessageContaining(file() + ": byte " + first.length)
                .hasMessageContaining("does not match its checksum");
    }

    @Test
    void a_row_of_an_earlier_version_has_no_checksum_and_is_read() throws IOException {
        String line = new String(row(1, "{\"urgency\":4}"), StandardCharsets.UTF_8)
                .replaceAll(",\"crc\":\"[0-9a-f]{8}\"", "");
        write(line.getBytes(StandardCharsets.UTF_8));
        var units = new ArrayList<Integer>();

        ReplyRowReader.scan(file(), 0, Long.MAX_VALUE, (offset, row) -> units.add(row.unit()));

        assertThat(line).doesNotContain("crc");
        assertThat(units).containsExactly(1);
    }

    private static byte[] joined(byte[]... parts) {
        var bytes = new ByteArrayOutputStream();
        for (byte[] each : parts) {
            bytes.writeBytes(each);
        }
        return bytes.toByteArray();
    }
}
