package dev.caravan.camel.provider;

import dev.caravan.base.JsonBytes;
import dev.caravan.base.RecordPath;
import dev.caravan.execution.RowMapping;
import dev.caravan.provider.Prompt;
import java.util.Arrays;
import java.util.SortedMap;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * Lines of a job's requests: mapped where they must be, else put into the frame of the last one that was. The mapping
 * stays the word of what a line is: the first line of a frame and every thousandth after it are held against what it
 * makes, and a difference ends all frames of the job.
 */
final class FramedLines implements RowMapping.RequestLines {
    private static final int CHECKED = 1_000;

    private final RequestFrame.Mapping mapping;
    private final TreeMap<String, String> headers = new TreeMap<>();
    private boolean framing = !RecordPath.isLong();
    private @Nullable RequestFrame frame;
    private int filled;
    private String endpoint = "";

    FramedLines(RequestFrame.Mapping mapping) {
        this.mapping = mapping;
    }

    @Override
    public void write(Prompt prompt, String customId, JsonBytes into) {
        RequestFrame fitting = frame;
        if (fitting == null || !fitting.fits(prompt)) {
            fitting = framing ? RequestFrame.of(prompt, mapping) : null;
            framing &= fitting != null;
            frame = fitting;
            filled = 0;
        }
        if (fitting == null || filled++ % CHECKED == 0) {
            mapped(prompt, customId, into, fitting);
        } else {
            endpoint = fitting.endpoint();
            fitting.fill(prompt.text(), customId, into);
        }
    }

    private void mapped(Prompt prompt, String customId, JsonBytes into, @Nullable RequestFrame fitting) {
        RequestFrame.Line line = mapping.line(prompt, customId);
        byte[] bytes = line.bytes();
        if (fitting != null && !isLike(fitting, line, bytes, prompt, customId)) {
            framing = false;
            frame = null;
        }
        told(line.endpoint(), line.headers());
        into.raw(bytes);
    }

    private static boolean isLike(
            RequestFrame frame, RequestFrame.Line line, byte[] bytes, Prompt prompt, String customId) {
        var filled = new JsonBytes(bytes.length);
        frame.fill(prompt.text(), customId, filled);
        return Arrays.equals(filled.toBytes(), bytes)
                && frame.endpoint().equals(line.endpoint())
                && frame.headers().equals(line.headers());
    }

    private void told(String answering, SortedMap<String, String> asked) {
        endpoint = answering;
        asked.forEach((key, value) -> headers.merge(key, value, (a, b) -> a.compareTo(b) <= 0 ? a : b));
    }

    @Override
    public String endpoint() {
        return endpoint;
    }

    @Override
    public SortedMap<String, String> headers() {
        return headers;
    }
}
