package dev.caravan.pipeline;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.FilterReader;
import java.io.IOException;
import java.io.Reader;
import java.io.StringReader;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;

class ItemLinesTest {

    /** Gives a few characters at a time, so that everything once lies across the end of a block. */
    private static final class Crumbs extends FilterReader {
        private final Random random;

        Crumbs(String text, Random random) {
            super(new StringReader(text));
            this.random = random;
        }

        @Override
        public int read(char[] some, int from, int count) throws IOException {
            return super.read(some, from, Math.min(count, 1 + random.nextInt(3)));
        }
    }

    private static List<String> lines(Reader reader) throws IOException {
        var lines = new ItemLines(reader, "items.jsonl", 1000);
        var found = new ArrayList<String>();
        while (lines.next()) {
            found.add(lines.number() + ":" + new String(lines.chars(), lines.from(), lines.length()));
            assertThat(lines.isBlank()).isEqualTo(new String(lines.chars(), lines.from(), lines.length()).isBlank());
        }
        return found;
    }

    /** As it is meant: a line ends with LF, CRLF or CR; behind the last end nothing begins. */
    private static List<String> meant(String text) {
        var found = new ArrayList<String>();
        String[] parts = text.split("\r\n|\n|\r", -1);
        int last = parts[parts.length - 1].isEmpty() ? parts.length - 1 : parts.length;
        for (int i = 0; i < last; i++) {
            found.add((i + 1) + ":" + parts[i]);
        }
        return found;
    }

    private static String random(Random random, String signs, int most) {
        var text = new StringBuilder();
        int length = random.nextInt(most);
        for (int i = 0; i < length; i++) {
            text.append(signs.charAt(random.nextInt(signs.length())));
        }
        return text.toString();
    }

    @Test
    void lines_are_the_same_wherever_a_block_ends() throws IOException {
        var random = new Random(7);
        for (int i = 0; i < 20_000; i++) {
            String text = random(random, "ab \t\n\r\n\rü\uD83D\uDE00", 30);
            assertThat(lines(new StringReader(text))).as("%s", text).isEqualTo(meant(text));
            assertThat(lines(new Crumbs(text, random))).as("%s", text).isEqualTo(meant(text));
        }
    }

    @Test
    void a_line_longer_than_a_block_is_whole() throws IOException {
        String line = "x".repeat(200_000);
        var lines = new ItemLines(new StringReader("a\n" + line + "\r\nb"), "items.jsonl", 1 << 20);
        lines.next();
        lines.next();
        assertThat(new String(lines.chars(), lines.from(), lines.length())).isEqualTo(line);
        assertThat(lines.next()).isTrue();
        assertThat(lines.length()).isEqualTo(1);
        assertThat(lines.next()).isFalse();
    }

    @Test
    void a_line_may_be_as_long_as_it_may_and_no_longer() throws IOException {
        var lines = new ItemLines(new StringReader("a\n" + "x".repeat(1 << 20) + "\n"), "items.jsonl", 1 << 20);
        lines.next();
        assertThat(lines.next()).isTrue();
        var longer = new ItemLines(new StringReader("a\n" + "x".repeat((1 << 20) + 1)), "items.jsonl", 1 << 20);
        longer.next();
        assertThatThrownBy(longer::next).hasMessageContaining("line 2").hasMessageContaining("is longer than 1 MB");
    }

    @Test
    void cells_are_the_same_wherever_a_block_ends() throws IOException {
        var random = new Random(8);
        for (int i = 0; i < 20_000; i++) {
            String text = "n,m\n" + random(random, "ab \t,,,\"\"\n\r\n\rü\0", 30);
            assertThat(rows(new Crumbs(text, random))).as("%s", text).isEqualTo(rows(new StringReader(text)));
        }
    }

    /** The rows, or what is wrong with one. */
    private static List<String> rows(Reader reader) throws IOException {
        var found = new ArrayList<String>();
        try {
            var rows = new CsvRows(reader, "items.csv", ',', each -> each);
            for (List<String> cells = rows.next(); cells != null; cells = rows.next()) {
                found.add(rows.line() + ":" + String.join("|", cells));
            }
            found.add(rows.empty() + " from " + rows.firstEmpty());
        } catch (RuntimeException e) {
            found.add(e.getMessage());
        }
        return found;
    }
}
