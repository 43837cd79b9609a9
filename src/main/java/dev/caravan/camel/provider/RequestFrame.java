package dev.caravan.camel.provider;

import com.fasterxml.jackson.databind.JsonNode;
import dev.caravan.base.Json;
import dev.caravan.base.JsonBytes;
import dev.caravan.base.NotReadyException;
import dev.caravan.provider.Prompt;
import java.util.Arrays;
import java.util.SortedMap;
import org.jspecify.annotations.Nullable;

/**
 * What is the same in the lines of requests that differ by their text and name alone: three pieces of bytes, and which of
 * the two stands between them first. It is found by having a mapping map marks, and holds only where each mark comes out
 * once, as a whole text: a mapping that looks at the text has no frame.
 */
final class RequestFrame {
    /** Long, with what is escaped and what is not ASCII: a mapping that cuts, trims or looks for something shows. */
    private static final String ODD_TEXT = " \"{\u00e9\ud83d\ude00 \\n a 7\n".repeat(400) + "end ";

    private static final String TEXT_MARK = "caravan-text-31c05e";
    private static final String NAME_MARK = "caravan-name-8f02b7";
    private static final String OTHER_NAME = "a-9-9-t9_n00000000";

    /** A request's line as a mapping makes it. */
    record Line(JsonNode line, String endpoint, SortedMap<String, String> headers) {
        private boolean goesWith(Line other) {
            return endpoint.equals(other.endpoint) && headers.equals(other.headers);
        }

        byte[] bytes() {
            return Json.line(line);
        }
    }

    /** What makes a line of a prompt and its name. */
    interface Mapping {
        Line line(Prompt prompt, String customId);
    }

    private final Prompt of;
    private final byte[] head;
    private final byte[] middle;
    private final byte[] tail;
    private final boolean nameFirst;
    private final Line probe;

    private RequestFrame(Prompt of, byte[] line, int first, int second, boolean nameFirst, Line probe) {
        this.of = of;
        this.nameFirst = nameFirst;
        this.probe = probe;
        int firstLength = quoted(nameFirst ? NAME_MARK : TEXT_MARK).length;
        int secondLength = quoted(nameFirst ? TEXT_MARK : NAME_MARK).length;
        head = Arrays.copyOf(line, first);
        middle = Arrays.copyOfRange(line, first + firstLength, second);
        tail = Arrays.copyOfRange(line, second + secondLength, line.length);
    }

    /** The frame of requests like this one; null where a mapping gives them none. */
    static @Nullable RequestFrame of(Prompt prompt, Mapping mapping) {
        try {
            return found(prompt, mapping);
        } catch (NotReadyException e) {
            // Whether it fails with what is really asked too, the request's own mapping tells.
            return null;
        }
    }

    private static @Nullable RequestFrame found(Prompt prompt, Mapping mapping) {
        Line probe = mapping.line(with(prompt, "k-1-1", TEXT_MARK), NAME_MARK);
        byte[] line = probe.bytes();
        int text = only(line, quoted(TEXT_MARK));
        int name = only(line, quoted(NAME_MARK));
        if (text < 0 || name < 0) {
            return null;
        }
        var frame = new RequestFrame(prompt, line, Math.min(text, name), Math.max(text, name), name < text, probe);
        Line other = mapping.line(with(prompt, "other-22-3-t4", ODD_TEXT), OTHER_NAME);
        var filled = new JsonBytes();
        frame.fill(ODD_TEXT, OTHER_NAME, filled);
        return probe.goesWith(other) && Arrays.equals(filled.toBytes(), other.bytes()) ? frame : null;
    }

    private static Prompt with(Prompt prompt, String callKey, String text) {
        return new Prompt(
                callKey,
                prompt.model(),
                prompt.system(),
                text,
                prompt.maxTokens(),
                prompt.temperature(),
                prompt.schema(),
                prompt.strict(),
                prompt.schemaName(),
                prompt.stop(),
                prompt.seed(),
                prompt.reasoningEffort(),
                prompt.endpoint(),
                prompt.apiVersion());
    }

    private static byte[] quoted(String mark) {
        return new JsonBytes().quoted(mark).toBytes();
    }

    /** Where some bytes stand; -1 where they do not, or more than once. */
    private static int only(byte[] line, byte[] mark) {
        int found = -1;
        for (int i = 0; i + mark.length <= line.length; i++) {
            if (Arrays.equals(line, i, i + mark.length, mark, 0, mark.length)) {
                if (found >= 0) {
                    return -1;
                }
                found = i;
            }
        }
        return found;
    }

    /** Whether a prompt differs from the frame's by its text and name alone. */
    boolean fits(Prompt prompt) {
        return with(of, prompt.callKey(), prompt.text()).equals(prompt);
    }

    String endpoint() {
        return probe.endpoint();
    }

    SortedMap<String, String> headers() {
        return probe.headers();
    }

    /** Writes the line of a request, its end included. */
    void fill(String text, String name, JsonBytes into) {
        into.raw(head)
                .quoted(nameFirst ? name : text)
                .raw(middle)
                .quoted(nameFirst ? text : name)
                .raw(tail);
    }
}
