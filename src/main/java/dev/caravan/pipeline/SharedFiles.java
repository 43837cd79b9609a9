package dev.caravan.pipeline;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import dev.caravan.base.Json;
import dev.caravan.base.Problems;
import dev.caravan.base.TextFile;
import dev.caravan.base.UserMistakeException;
import java.nio.file.Path;

/** Files of a pipeline's folder that all its steps share, of which a run keeps copies. */
final class SharedFiles {
    private SharedFiles() {}

    /** Whether there is such a file that a run can keep a copy of; if not, that is told. */
    static boolean isThere(Path folder, String path, String at, String file, FieldReader fields, Problems problems) {
        int before = problems.all().size();
        if (PipelineSnapshot.isTaken(path)) {
            problems.at(file, at, "'" + path + "' is a name of the system's; call the file otherwise");
        } else {
            fields.file(folder, path, at);
        }
        return problems.all().size() == before;
    }

    /** A whole file of JSON. */
    static JsonNode json(Path at, String path) {
        try {
            return Json.written(TextFile.read(at, path, TextFile.LARGEST_WRITTEN));
        } catch (JsonProcessingException e) {
            throw new UserMistakeException(path, Json.place(e), "is not JSON: " + Json.reason(e));
        }
    }
}
