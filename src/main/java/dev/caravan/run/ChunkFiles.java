package dev.caravan.run;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.caravan.base.Json;
import java.util.HashMap;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.Function;
import java.util.function.UnaryOperator;

/** How long the files of each chunk are at each step, and their checksums, by what was journalled. */
final class ChunkFiles {
    private final Map<ChunkPlace, FileLengths> lengths = new HashMap<>();
    private final Map<ChunkPlace, FileChecksums> checksums = new HashMap<>();

    void grow(RunEvent.RepliesSettled e) {
        var place = new ChunkPlace(e.step(), e.chunk());
        lengths.put(place, lengths(place).withResults(e.to()));
    }

    void grow(RunEvent.ChunkSettled e) {
        var place = new ChunkPlace(e.step(), e.chunk());
        lengths.put(place, lengths(place).withSettled(e.validated(), e.failures(), e.findings()));
        checksums.put(place, checksums(place).grown(e.validated(), e.failures(), e.findings()));
    }

    void rebuild(RunEvent.ChunkRebuilt e) {
        var place = new ChunkPlace(e.step(), e.chunk());
        lengths.put(place, lengths(place).withSettled(e.validated(), e.failures(), e.findings()));
        checksums.put(place, FileChecksums.of(e.validated(), e.failures(), e.findings()));
    }

    /** The validated file holds a line too many or too few: no checksum holds, so that it is made again. */
    void voidValidated(int step, int chunk) {
        mark(new ChunkPlace(step, chunk), FileChecksums::withoutValidated);
    }

    /** As the other, of the failures file. */
    void voidFailures(int step, int chunk) {
        mark(new ChunkPlace(step, chunk), FileChecksums::withoutFailures);
    }

    private void mark(ChunkPlace place, UnaryOperator<FileChecksums> change) {
        checksums.put(place, change.apply(checksums(place)));
    }

    FileLengths lengths(ChunkPlace place) {
        return lengths.getOrDefault(place, FileLengths.NONE);
    }

    /** A copy of all lengths; files that hold nothing are left out. */
    Map<ChunkPlace, FileLengths> allLengths() {
        return Map.copyOf(lengths);
    }

    FileChecksums checksums(ChunkPlace place) {
        return checksums.getOrDefault(place, FileChecksums.NONE);
    }

    /** Into the manifest, as lists of numbers. */
    void write(ObjectNode fold) {
        fold.set("lengths", json(lengths, FileLengths::toNumbers));
        fold.set("crcs", json(checksums, FileChecksums::toNumbers));
    }

    private static <T> JsonNode json(Map<ChunkPlace, T> all, Function<T, long[]> numbers) {
        var named = new TreeMap<String, long[]>();
        all.forEach((place, each) -> named.put(place.toString(), numbers.apply(each)));
        return Json.mapper().valueToTree(named);
    }

    /** Out of the manifest. */
    void restore(JsonNode fold) {
        restore(lengths, fold.get("lengths"), FileLengths::of);
        restore(checksums, fold.get("crcs"), FileChecksums::of);
    }

    private static <T> void restore(Map<ChunkPlace, T> all, JsonNode node, Function<long[], T> shape) {
        node.properties()
                .forEach(each -> all.put(ChunkPlace.parse(each.getKey()), shape.apply(numbers(each.getValue()))));
    }

    private static long[] numbers(JsonNode list) {
        var numbers = new long[list.size()];
        for (int i = 0; i < numbers.length; i++) {
            numbers[i] = list.get(i).longValue();
        }
        return numbers;
    }
}
