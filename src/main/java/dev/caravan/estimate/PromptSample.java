package dev.caravan.estimate;

import com.fasterxml.jackson.databind.JsonNode;
import dev.caravan.base.Json;
import dev.caravan.provider.Prompt;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/** A handful of prompts of each step, of units spread over the sample: for the provider to count. */
final class PromptSample {
    private static final int MOST = 10;

    private final int stretch;
    private final Map<Integer, List<Prompt>> prompts = new HashMap<>();
    private int unit = -1;

    /** @param units of the sample */
    PromptSample(int units) {
        stretch = Math.max(1, units / MOST);
    }

    /** The next unit begins. */
    void next() {
        unit++;
    }

    void keep(int step, Prompt prompt) {
        List<Prompt> held = prompts.computeIfAbsent(step, key -> new ArrayList<>());
        if (held.size() < MOST && unit >= held.size() * stretch) {
            held.add(prompt);
        }
    }

    List<Prompt> prompts(int step) {
        return prompts.getOrDefault(step, List.of());
    }

    /** All that a prompt sends, in bytes of UTF-8. */
    static long bytes(Prompt prompt) {
        String system = prompt.system();
        JsonNode schema = prompt.schema();
        return bytes(prompt.text())
                + bytes(system == null ? "" : system)
                + bytes(schema == null ? "" : Json.text(schema));
    }

    private static long bytes(String text) {
        return text.getBytes(StandardCharsets.UTF_8).length;
    }
}
