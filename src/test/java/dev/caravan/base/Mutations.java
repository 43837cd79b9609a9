package dev.caravan.base;

import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;

/**
 * Changes files and messages as bad luck, bad programs and bad days do. What it does follows from its seed and from what
 * it is given, from nothing else. No change makes another number out of a number, nor one line's key out of another's,
 * unless asked for ({@link #digit}, {@link JsonMutations.Sparing#NOTHING}): what a text said then is known, so that it can
 * be told whether somebody believed more than that.
 */
public final class Mutations {
    private static final int EXCERPT = 80;
    private static final byte[] MARK = {(byte) 0xEF, (byte) 0xBB, (byte) 0xBF};
    private static final List<byte[]> BROKEN = List.of(
            new byte[] {(byte) 0xC3},
            new byte[] {(byte) 0xFF, (byte) 0xFE},
            new byte[] {(byte) 0xED, (byte) 0xA0, (byte) 0xBD},
            new byte[] {(byte) 0xF8, (byte) 0x88, (byte) 0x80});
    private static final List<String> STRANGE =
            List.of("\0", "\u0007", "\r", "\n\n", "\u2028", "\u202E", "\"", "\\", "{", "}", "]", ",", "null", "#", "&");
    private static final List<String> AROUND = List.of(
            "Here it is:\n",
            "```json\n",
            "<html>",
            "data: ",
            ")]}'\n",
            "\n\n\n",
            " \t",
            "//\n",
            "\0\0\0\0",
            "[DONE]\n");

    private final Random random;

    /**
     * What was done.
     *
     * @param place where, in words
     * @param before what stood there, cut to a line
     */
    public record Change(String what, String place, String before, String after) {
        @Override
        public String toString() {
            return what + " at " + place + ": " + before + " → " + after;
        }
    }

    /** Bytes after a change. */
    public static final class Changed {
        private final byte[] bytes;
        private final Change change;

        Changed(byte[] bytes, Change change) {
            this.bytes = bytes;
            this.change = change;
        }

        public byte[] bytes() {
            return bytes;
        }

        public Change change() {
            return change;
        }
    }

    public Mutations(long seed) {
        // Seeds that follow each other begin alike.
        random = new Random(seed * 0x9E3779B97F4A7C15L);
        random.nextLong();
    }

    /** For choices that belong to the same trial. */
    public Random random() {
        return random;
    }

    public <T> T one(List<T> of) {
        return of.get(random.nextInt(of.size()));
    }

    /** Any change of bytes: torn, flipped, put in, wrapped. */
    public Changed bytes(byte[] whole) {
        return switch (random.nextInt(9)) {
            case 0, 1 -> truncated(whole);
            case 2, 3 -> flipped(whole);
            case 4 -> inserted(whole, one(BROKEN), "bytes that are no UTF-8");
            case 5 -> inserted(whole, one(STRANGE).getBytes(StandardCharsets.UTF_8), "strange text");
            case 6 -> wrapped(whole);
            case 7 -> changed(whole, joined(MARK, whole), "byte order mark", "the beginning", 0);
            default -> zeroed(whole);
        };
    }

    /** Any change of lines: doubled, dropped, swapped, torn, blank ones put in, other line breaks. */
    public Changed lines(byte[] whole) {
        List<byte[]> lines = split(whole);
        if (lines.isEmpty()) {
            return bytes(whole);
        }
        int at = random.nextInt(lines.size());
        byte[] line = lines.get(at);
        int other = random.nextInt(lines.size());
        String place = "line " + (at + 1) + " of " + lines.size();
        switch (random.nextInt(8)) {
            case 0 -> {
                lines.add(other, line);
                return lines(lines, "line doubled", place, line, line);
            }
            case 1 -> {
                lines.remove(at);
                return lines(lines, "line dropped", place, line, new byte[0]);
            }
            case 2 -> {
                lines.set(at, lines.get(other));
                lines.set(other, line);
                return lines(lines, "lines swapped", place + " and " + (other + 1), line, lines.get(at));
            }
            case 3 -> {
                byte[] torn = Arrays.copyOf(line, (int) (line.length * random.nextDouble()));
                lines.set(at, random.nextBoolean() ? joined(torn, new byte[] {'\n'}) : torn);
                return lines(lines, "line torn", place, line, lines.get(at));
            }
            case 4 -> {
                lines.add(at, "\n".getBytes(StandardCharsets.UTF_8));
                return lines(lines, "blank line", place, new byte[0], new byte[] {'\n'});
            }
            case 5 -> {
                byte[] last = lines.get(lines.size() - 1);
                boolean ends = last[last.length - 1] == '\n';
                lines.set(
                        lines.size() - 1,
                        ends ? Arrays.copyOf(last, last.length - 1) : joined(last, new byte[] {'\n'}));
                return lines(lines, ends ? "last line break missing" : "line break at the end", place, last, last);
            }
            case 6 -> {
                String text = new String(whole, StandardCharsets.ISO_8859_1);
                byte[] other2 = text.replace("\n", "\r\n").getBytes(StandardCharsets.ISO_8859_1);
                return changed(whole, other2, "CRLF", "all lines", 0);
            }
            default -> {
                byte[] odd = "null\n".getBytes(StandardCharsets.UTF_8);
                lines.set(at, odd);
                return lines(lines, "line is null", place, line, odd);
            }
        }
    }

    /** One digit becomes another: what only a checksum, or other books, can tell. Unchanged where there is none. */
    public Changed digit(byte[] whole) {
        var places = new ArrayList<Integer>();
        for (int i = 0; i < whole.length; i++) {
            if (isDigit(whole[i])) {
                places.add(i);
            }
        }
        if (places.isEmpty()) {
            return flipped(whole);
        }
        int at = one(places);
        byte[] changed = whole.clone();
        changed[at] = (byte) ('0' + (whole[at] - '0' + 1 + random.nextInt(9)) % 10);
        return changed(whole, changed, "digit changed", "byte " + at, at);
    }

    public Changed emptied(byte[] whole) {
        return changed(whole, new byte[0], "emptied", "all", 0);
    }

    /** Cut where no number is cut. */
    public Changed truncated(byte[] whole) {
        int at = whole.length == 0 ? 0 : random.nextInt(whole.length);
        while (at > 0 && at < whole.length && isDigit(whole[at - 1])) {
            at--;
        }
        return changed(whole, Arrays.copyOf(whole, at), "truncated", "byte " + at, Math.max(0, at - 20));
    }

    private Changed flipped(byte[] whole) {
        if (whole.length == 0) {
            return inserted(whole, one(BROKEN), "bytes that are no UTF-8");
        }
        byte[] changed = whole.clone();
        int first = -1;
        for (int times = 1 + random.nextInt(3); times > 0; times--) {
            int at = random.nextInt(whole.length);
            byte flipped = (byte) (whole[at] ^ (1 << random.nextInt(8)));
            if (!isDigit(whole[at]) && !isDigit(flipped)) {
                changed[at] = flipped;
                first = at;
            }
        }
        return first < 0
                ? inserted(whole, one(BROKEN), "bytes that are no UTF-8")
                : changed(whole, changed, "bits flipped", "byte " + first, first);
    }

    private Changed inserted(byte[] whole, byte[] what, String name) {
        int at = random.nextInt(whole.length + 1);
        while (at > 0 && at < whole.length && isDigit(whole[at - 1]) && isDigit(whole[at])) {
            at--;
        }
        var out = new ByteArrayOutputStream();
        out.write(whole, 0, at);
        out.writeBytes(what);
        out.write(whole, at, whole.length - at);
        return changed(whole, out.toByteArray(), name, "byte " + at, at);
    }

    private Changed wrapped(byte[] whole) {
        byte[] text = one(AROUND).getBytes(StandardCharsets.UTF_8);
        boolean before = random.nextBoolean();
        return changed(
                whole,
                before ? joined(text, whole) : joined(whole, text),
                "extra text",
                before ? "the beginning" : "the end",
                before ? 0 : Math.max(0, whole.length - 10));
    }

    /** As after a power cut: a stretch of zeros. */
    private Changed zeroed(byte[] whole) {
        byte[] changed = whole.clone();
        int from = whole.length == 0 ? 0 : random.nextInt(whole.length);
        int to = Math.min(whole.length, from + 1 + random.nextInt(200));
        Arrays.fill(changed, from, to, (byte) 0);
        return changed(whole, changed, "zeros", "bytes " + from + " to " + to, from);
    }

    private static boolean isDigit(byte each) {
        return each >= '0' && each <= '9';
    }

    private static byte[] joined(byte[] one, byte[] two) {
        byte[] both = Arrays.copyOf(one, one.length + two.length);
        System.arraycopy(two, 0, both, one.length, two.length);
        return both;
    }

    /** Lines with their line breaks. */
    static List<byte[]> split(byte[] whole) {
        var lines = new ArrayList<byte[]>();
        int from = 0;
        for (int i = 0; i < whole.length; i++) {
            if (whole[i] == '\n' || i == whole.length - 1) {
                lines.add(Arrays.copyOfRange(whole, from, i + 1));
                from = i + 1;
            }
        }
        return lines;
    }

    static byte[] joined(List<byte[]> lines) {
        var out = new ByteArrayOutputStream();
        lines.forEach(out::writeBytes);
        return out.toByteArray();
    }

    private static Changed lines(List<byte[]> lines, String what, String place, byte[] before, byte[] after) {
        return new Changed(joined(lines), new Change(what, place, excerpt(before, 0), excerpt(after, 0)));
    }

    private static Changed changed(byte[] whole, byte[] after, String what, String place, int at) {
        int from = Math.max(0, at - 20);
        return new Changed(after, new Change(what, place, excerpt(whole, from), excerpt(after, from)));
    }

    /** A short piece of bytes, on one line. */
    static String excerpt(byte[] bytes, int from) {
        int to = Math.min(bytes.length, from + EXCERPT);
        String text = from >= to ? "" : new String(bytes, from, to - from, StandardCharsets.UTF_8);
        return "«" + text.replaceAll("\\p{Cntrl}|[\\u2028\\u202E]", "·") + (to < bytes.length ? "…»" : "»");
    }
}
