package dev.caravan.pipeline;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.caravan.base.InvalidFileException;
import dev.caravan.base.Json;
import java.io.IOException;
import java.io.OutputStream;
import java.util.HashMap;
import java.util.Map;

/**
 * Makes units from items, one from each ({@code direct}), and streams them out.
 *
 * <p>A unit's id is its item's name with every character outside {@code [A-Za-z0-9._-]} made {@code _}, at most 80
 * long. Where two ids would be alike, ignoring case, the later one gets {@code ~2}, {@code ~3}, … in input order: the
 * same for any chunk size, on any machine, and safe as a file name.
 */
public final class UnitWriter {
    private static final int LONGEST_ID = 80;

    private final Pipeline pipeline;
    private final OutputStream out;
    private final int most;
    private final Map<String, Integer> taken = new HashMap<>();
    private int written;

    private UnitWriter(Pipeline pipeline, OutputStream out, int most) {
        this.pipeline = pipeline;
        this.out = out;
        this.most = most;
    }

    /**
     * Writes {@code units.jsonl}.
     *
     * @param most units to make, the first ones of the input
     * @return how many were made
     */
    public static int write(Pipeline pipeline, OutputStream out, int most) {
        var writer = new UnitWriter(pipeline, out, most);
        try {
            Items.read(pipeline, writer::take);
        } catch (Items.Enough e) {
            return writer.written;
        }
        if (writer.written == 0) {
            throw new InvalidFileException(pipeline.items().file(), "", "holds no items");
        }
        return writer.written;
    }

    private void take(ObjectNode item, String place) {
        if (written >= most) {
            throw new Items.Enough();
        }
        ObjectNode unit = Json.object();
        unit.put("unit_id", unlike(safe(name(item, place))));
        unit.put("_n", written);
        item.properties().forEach(each -> {
            if (each.getKey().startsWith("_")) {
                throw new InvalidFileException(
                        pipeline.items().file(),
                        place,
                        "the field '" + each.getKey() + "' begins with _: such names are" + " the system's own");
            }
            if (each.getKey().equals("errors")) {
                throw new InvalidFileException(
                        pipeline.items().file(),
                        place,
                        "the field 'errors' cannot be reached: in templates $errors is what was wrong with the last"
                                + " answer; rename it");
            }
            if (!each.getKey().equals("unit_id")) {
                unit.set(each.getKey(), each.getValue());
            }
        });
        try {
            out.write(Json.line(unit));
        } catch (IOException e) {
            throw Items.broken(e);
        }
        written++;
    }

    private String name(ObjectNode item, String place) {
        String field = pipeline.items().nameField();
        for (String each : field.isEmpty() ? new String[] {"id", "name"} : new String[] {field}) {
            JsonNode value = item.get(each);
            if (value != null
                    && value.isValueNode()
                    && !value.isNull()
                    && !value.asText().isBlank()) {
                return value.asText();
            }
        }
        if (!field.isEmpty()) {
            throw new InvalidFileException(
                    pipeline.items().file(), place, "has no value in '" + field + "', which name_field says names it");
        }
        return "row-%06d".formatted(written + 1);
    }

    private static String safe(String name) {
        var id = new StringBuilder();
        name.strip().codePoints().limit(LONGEST_ID).forEach(c -> {
            boolean plain = c < 128 && (Character.isLetterOrDigit(c) || c == '.' || c == '_' || c == '-');
            id.append(plain ? String.valueOf((char) c) : "_");
        });
        if (id.charAt(0) == '.' || id.charAt(0) == '-') {
            id.setCharAt(0, '_');
        }
        return id.toString();
    }

    private String unlike(String id) {
        String key = id.toLowerCase(java.util.Locale.ROOT);
        Integer before = taken.get(key);
        if (before == null) {
            taken.put(key, 1);
            return id;
        }
        int number = before;
        String candidate;
        do {
            number++;
            candidate = id + "~" + number;
        } while (taken.containsKey(candidate.toLowerCase(java.util.Locale.ROOT)));
        taken.put(key, number);
        taken.put(candidate.toLowerCase(java.util.Locale.ROOT), 1);
        return candidate;
    }
}
