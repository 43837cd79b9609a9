package dev.caravan.pipeline;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.caravan.base.Json;
import dev.caravan.base.Problem;
import dev.caravan.base.Problems;
import dev.caravan.base.UnitRecord;
import dev.caravan.base.UserMistakeException;
import dev.caravan.expression.SeededRandom;
import java.io.IOException;
import java.io.OutputStream;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Pattern;

/**
 * Makes the units of a pipeline and streams them out: as its strategy says, then as often as {@code repeat} says, the
 * whole list before its next copy, so that the first so many are a balanced sample.
 */
public final class UnitWriter {
    private static final int MOST_KEPT = 1_000;

    /** An id such as those of children: where units fan out, it could be taken by one. */
    private static final int DEEPEST = 200;

    private static final Pattern CHILD = Pattern.compile("__fan[0-9]+$");

    /** Takes a finished unit. */
    public interface Sink {
        void take(ObjectNode unit) throws IOException;
    }

    private final Pipeline pipeline;
    private final Sink sink;
    private final int most;
    private final int repetitions;
    private final boolean fansOut;
    private UnitIds ids = new UnitIds();
    private int repetition;
    private int written;

    /** An item and where it stands. */
    private record Item(ObjectNode item, String place) {}

    /** The first items, where there are repetitions; one more than are kept says that there are too many. */
    private final List<Item> kept = new ArrayList<>();

    private UnitWriter(Pipeline pipeline, Sink sink, int most) {
        this.pipeline = pipeline;
        this.sink = sink;
        this.most = most;
        this.repetitions = pipeline.generation().repeat();
        this.fansOut = pipeline.steps().stream().anyMatch(each -> each.kind().equals("fan_out"));
    }

    /**
     * Writes {@code units.jsonl}.
     *
     * @param most units to make, the first ones of all
     * @return how many were made
     */
    public static int write(Pipeline pipeline, OutputStream out, int most) {
        return make(pipeline, most, unit -> out.write(Json.line(unit)));
    }

    /** What is not wrong with a pipeline and its items, but may surprise. Reads all items. */
    public static List<Problem> hints(Pipeline pipeline) {
        var all = new ArrayList<>(pipeline.hints());
        var ofItems = new Problems("");
        ItemGaps.tell(pipeline, ofItems);
        all.addAll(ofItems.hints());
        return all;
    }

    /** The first units, for checks before a run. */
    public static List<ObjectNode> first(Pipeline pipeline, int most) {
        var units = new ArrayList<ObjectNode>();
        make(pipeline, most, units::add);
        return units;
    }

    /** As {@link #write}, unit by unit. */
    public static int make(Pipeline pipeline, int most, Sink sink) {
        var writer = new UnitWriter(pipeline, sink, most);
        try {
            writer.all();
        } catch (ItemReader.Enough e) {
            return writer.written;
        }
        if (writer.written == 0) {
            throw new UserMistakeException(pipeline.items().file(), "", "holds no items");
        }
        return writer.written;
    }

    private void all() {
        ItemCombinations choices = pipeline.generation().strategy() == UnitGeneration.Strategy.DIRECT
                ? null
                : ItemCombinations.read(pipeline, most);
        for (repetition = 0; repetition < repetitions; repetition++) {
            ids = new UnitIds();
            if (choices == null) {
                items();
            } else {
                choices.each(this::combined);
            }
        }
    }

    /** Reads the items; of a few that are repeated, once. */
    private void items() {
        if (repetition > 0 && kept.size() <= MOST_KEPT) {
            kept.forEach(each -> take(each.item(), each.place()));
        } else if (repetition > 0 || repetitions == 1) {
            ItemReader.read(pipeline, this::take);
        } else {
            ItemReader.read(pipeline, (item, place) -> {
                if (kept.size() <= MOST_KEPT) {
                    kept.add(new Item(item, place));
                }
                take(item, place);
            });
        }
    }

    private void take(ObjectNode item, String place) {
        checkDepth(item, place);
        ObjectNode unit =
                begin(item.has(UnitRecord.ID) ? ownId(item.get(UnitRecord.ID), place) : safeId(name(item, place)));
        item.properties().forEach(each -> {
            check(each.getKey(), place);
            if (!each.getKey().equals(UnitRecord.ID)) {
                unit.set(each.getKey(), each.getValue());
            }
        });
        end(unit);
    }

    private void combined(List<ItemCombinations.Choice> choices) {
        enough();
        ObjectNode unit = begin(safeId(String.join(
                "-", choices.stream().map(each -> UnitIds.safe(each.name())).toList())));
        for (int i = 0; i < choices.size(); i++) {
            checkDepth(choices.get(i).item(), choices.get(i).name());
            unit.set(
                    pipeline.generation().positions().get(i).name(),
                    choices.get(i).item());
        }
        end(unit);
    }

    private String safeId(String name) {
        String id = ids.of(name);
        return couldBeAChilds(id) ? ids.of(id + "_1") : id;
    }

    private boolean couldBeAChilds(String id) {
        return fansOut && repetitions == 1 && CHILD.matcher(id).find();
    }

    /** Items that come with an id keep it, unchanged: results of one run are the items of the next. */
    private String ownId(JsonNode given, String place) {
        enough();
        String id = given.isTextual() || given.isIntegralNumber() ? given.asText() : "";
        String field = pipeline.items().nameField();
        String why = !field.isEmpty() && !field.equals(UnitRecord.ID)
                ? "names the unit, and name_field names '" + field + "'"
                : id.isBlank()
                        ? "must be a text or a whole number, not " + Json.text(given)
                        : !UnitIds.isId(id)
                                ? "'" + id + "' is no id: 1 to 80 letters, digits and . _ ~ -"
                                : couldBeAChilds(id)
                                        ? "'" + id + "' is an id such as this pipeline's fan_out gives"
                                        : ids.take(id) ? "" : "'" + id + "' is there twice, ignoring case";
        if (!why.isEmpty()) {
            throw new UserMistakeException(
                    pipeline.items().file(),
                    place,
                    "unit_id " + why + "; give that field another name, and if it shall name the units, give the name"
                            + " as processing.items.name_field");
        }
        return id;
    }

    private void enough() {
        if (written >= most) {
            throw new ItemReader.Enough();
        }
    }

    private ObjectNode begin(String id) {
        ObjectNode unit = Json.object();
        unit.put(UnitRecord.ID, repetitions == 1 ? id : id + "__rep%04d".formatted(repetition));
        unit.put(UnitRecord.NUMBER, written);
        if (repetitions > 1) {
            unit.put("_repetition_id", repetition);
            unit.put("_repetition_seed", SeededRandom.low31(id) + (long) repetition);
        }
        return unit;
    }

    private void end(ObjectNode unit) {
        try {
            sink.take(unit);
        } catch (IOException e) {
            throw ItemReader.broken(e);
        }
        written++;
    }

    /** What steps make of an item lies around it, and all of it must be read back. */
    private void checkDepth(ObjectNode item, String place) {
        if (Json.isDeeper(item, DEEPEST)) {
            throw new UserMistakeException(
                    pipeline.items().file(),
                    place,
                    "holds values that are nested more than " + DEEPEST + " levels deep");
        }
    }

    private void check(String field, String place) {
        if (field.startsWith("_")) {
            throw new UserMistakeException(
                    pipeline.items().file(),
                    place,
                    "the field '" + field + "' begins with _: such names are the system's own");
        }
        if (field.equals("errors")) {
            throw new UserMistakeException(
                    pipeline.items().file(),
                    place,
                    "the field 'errors' cannot be reached: in templates $errors is what was wrong with the last"
                            + " answer; rename it");
        }
    }

    private String name(ObjectNode item, String place) {
        enough();
        String field = pipeline.items().nameField();
        String name = ItemNames.of(item, field);
        if (name == null && !field.isEmpty()) {
            throw new UserMistakeException(
                    pipeline.items().file(), place, "has no value in '" + field + "', which name_field says names it");
        }
        return name == null ? "row-%06d".formatted(written + 1) : name;
    }
}
