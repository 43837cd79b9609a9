package dev.caravan.pipeline;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.caravan.base.Json;
import dev.caravan.base.Problems;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** Reads fields of a config and complains about each that is not what it should be. */
final class FieldReader {

    private final String file;
    private final Problems problems;

    FieldReader(String file, Problems problems) {
        this.file = file;
        this.problems = problems;
    }

    void known(ObjectNode map, String place, Set<String> keys) {
        map.fieldNames().forEachRemaining(each -> {
            String at = place.isEmpty() ? each : place + "." + each;
            if (keys.contains(each)) {
                return;
            }
            String reason = ConfigGrammar.REFUSED.get(each);
            problems.at(file, at, reason != null ? reason : "unknown key; " + Problems.suggestion(each, keys));
        });
    }

    ObjectNode map(ObjectNode parent, String key, boolean required) {
        return map(parent, "", key, required);
    }

    /** The map under a key; an empty one where it is absent or no map. */
    ObjectNode map(ObjectNode parent, String prefix, String key, boolean required) {
        JsonNode value = parent.get(key);
        if (value instanceof ObjectNode object) {
            return object;
        }
        if (value != null && !value.isNull()) {
            problems.at(file, prefix + key, "must be a map");
        } else if (required) {
            problems.at(file, prefix + key, "is missing");
        }
        return Json.object();
    }

    int whole(ObjectNode parent, String place, String key, int lowest, int highest, @Nullable Integer otherwise) {
        JsonNode value = parent.get(key);
        String at = place.isEmpty() ? key : place + "." + key;
        if (value == null) {
            if (otherwise == null) {
                problems.at(file, at, "is missing; a whole number from " + lowest + " to " + highest + " is needed");
                return lowest;
            }
            return otherwise;
        }
        if (!value.canConvertToLong()
                || !value.isIntegralNumber()
                || value.longValue() < lowest
                || value.longValue() > highest) {
            problems.at(file, at, "must be a whole number from " + lowest + " to " + highest + ", not " + value);
            return lowest;
        }
        return value.intValue();
    }

    /** A length of time such as {@code 90s}, {@code 30m}, {@code 24h} or {@code 2d}; a bare number is seconds. */
    @Nullable Duration duration(ObjectNode parent, String place, String key, @Nullable Duration otherwise) {
        JsonNode value = parent.get(key);
        if (value == null) {
            return otherwise;
        }
        Optional<Duration> read = DurationText.parse(value);
        if (read.isEmpty()) {
            problems.at(file, place + "." + key, "must be a length of time such as 90s, 30m, 24h or 2d, not " + value);
        }
        return read.orElse(otherwise);
    }

    /** Complains unless a file could have that path. */
    boolean isFileName(String path, String at) {
        try {
            return !Path.of(path).toString().isEmpty();
        } catch (InvalidPathException e) {
            problems.at(file, at, "'" + path + "' is no file name");
            return false;
        }
    }

    /**
     * Complains unless the path is a readable file inside the folder.
     *
     * @return false for what can be no path at all
     */
    boolean file(Path folder, String path, String at) {
        if (!isFileName(path, at)) {
            return false;
        }
        try {
            Path target = folder.resolve(path).normalize();
            if (!target.startsWith(folder.normalize()) || Path.of(path).isAbsolute()) {
                problems.at(file, at, "'" + path + "' leads out of the pipeline folder");
            } else if (!Files.isRegularFile(target)) {
                problems.at(file, at, "there is no file '" + path + "'" + near(target));
            } else if (!target.toRealPath().startsWith(folder.toRealPath())) {
                problems.at(file, at, "'" + path + "' is a link out of the pipeline folder");
            }
        } catch (IOException e) {
            problems.at(file, at, "'" + path + "' cannot be read: " + e.getMessage());
        }
        return true;
    }

    private static String near(Path target) throws IOException {
        Path parent = target.getParent();
        if (parent == null || !Files.isDirectory(parent)) {
            return "";
        }
        try (var files = Files.list(parent)) {
            var names = files.map(each -> String.valueOf(each.getFileName()))
                    .sorted()
                    .toList();
            return Problems.nearest(String.valueOf(target.getFileName()), names)
                    .map(each -> "; did you mean '" + each + "'?")
                    .orElse("");
        }
    }
}
