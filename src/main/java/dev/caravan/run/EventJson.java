package dev.caravan.run;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.exc.UnrecognizedPropertyException;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.caravan.base.Json;
import dev.caravan.base.UserMistakeException;

/** Events as a journal has them: each by its name, with its members in its body. */
final class EventJson {
    private EventJson() {}

    static ObjectNode body(RunEvent event) {
        return Json.mapper().valueToTree(event);
    }

    /**
     * Reads an event back.
     *
     * @throws UserMistakeException when a newer version wrote it
     */
    static RunEvent read(String type, ObjectNode body) {
        Class<? extends RunEvent> event = EventNames.event(type);
        if (event == null) {
            throw newer("event " + type);
        }
        try {
            return Json.mapper().treeToValue(body, event);
        } catch (UnrecognizedPropertyException e) {
            throw newer("event " + type + ", member " + e.getPropertyName());
        } catch (JsonProcessingException e) {
            throw new IllegalArgumentException("event " + type + " is not as it was written", e);
        }
    }

    private static UserMistakeException newer(String place) {
        return new UserMistakeException(
                "journal.jsonl", place, "is not known to this version: the run is of a newer one; go on with that");
    }
}
