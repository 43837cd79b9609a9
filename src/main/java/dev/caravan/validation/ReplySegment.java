package dev.caravan.validation;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * An object or a list at the top of a reply: outside of thoughts and of each other.
 *
 * @param from its opening bracket
 * @param to behind its closing one
 * @param text as it was read, repairs included
 * @param node what it says; null when it cannot be read
 * @param tried whether it plainly tries to be JSON, and is no brace of some sentence
 * @param repairs what was mended to read it
 */
record ReplySegment(
        int from,
        int to,
        State state,
        String text,
        @Nullable JsonNode node,
        boolean tried,
        Set<String> repairs) {

    /** How far it could be read. */
    enum State {
        READ,
        BROKEN,
        CUT
    }

    boolean isObject() {
        return node != null && node.isObject();
    }

    /** A list of objects, which are several answers where one was asked for. */
    boolean isListOfObjects() {
        if (node == null || !node.isArray()) {
            return false;
        }
        for (JsonNode each : node) {
            if (each.isObject()) {
                return true;
            }
        }
        return false;
    }
}
