package dev.caravan.report;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.caravan.base.Csv;
import dev.caravan.base.Json;
import java.io.IOException;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;

/** Writes the results of a run as CSV or JSONL, with all fields or those that are asked for. */
public final class ResultExport {
    /** How records are written. */
    public enum Format {
        JSONL,
        CSV
    }

    private ResultExport() {}

    /**
     * @param fields names or paths, in the order they are to have; empty for all
     * @return how many records were written
     * @throws dev.caravan.base.UserMistakeException when no record has one of the fields
     */
    public static int write(RunResults results, Format format, List<String> fields, OutputStream out) {
        List<String> columns = fields.isEmpty() ? allFields(results) : fields;
        if (!fields.isEmpty()) {
            checkFields(results, fields);
        }
        if (format == Format.CSV) {
            write(out, Csv.line(columns));
        }
        int[] count = {0};
        results.each(record -> {
            ObjectNode row = fields.isEmpty() ? record : chosen(record, fields);
            write(out, format == Format.CSV ? Csv.line(cells(record, columns)) : Json.line(row));
            count[0]++;
        });
        return count[0];
    }

    private static List<String> allFields(RunResults results) {
        Set<String> known = new LinkedHashSet<>();
        results.each(record -> record.fieldNames().forEachRemaining(known::add));
        return List.copyOf(known);
    }

    private static void checkFields(RunResults results, List<String> fields) {
        Set<String> known = new LinkedHashSet<>();
        Set<String> seen = new LinkedHashSet<>();
        results.each(record -> {
            record.fieldNames().forEachRemaining(known::add);
            fields.stream()
                    .filter(each -> !RunResults.at(record, each).isMissingNode())
                    .forEach(seen::add);
        });
        for (String each : fields) {
            if (!seen.contains(each) && !known.isEmpty()) {
                throw RunResults.unknown(results.folder(), "--fields", each, known);
            }
        }
    }

    private static List<String> cells(ObjectNode record, List<String> columns) {
        return columns.stream()
                .map(each -> Csv.cell(RunResults.at(record, each)))
                .toList();
    }

    private static ObjectNode chosen(ObjectNode record, List<String> fields) {
        ObjectNode chosen = Json.object();
        for (String each : fields) {
            var value = RunResults.at(record, each);
            chosen.set(each, value.isMissingNode() ? null : value);
        }
        return chosen;
    }

    private static void write(OutputStream out, byte[] line) {
        try {
            out.write(line);
        } catch (IOException e) {
            throw new UncheckedIOException("cannot write the export", e);
        }
    }
}
