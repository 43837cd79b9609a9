package dev.caravan.crash;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.Map;
import java.util.TreeMap;

/** Counts trials by failpoint; the long form of the crash tests makes {@code docs/crash-matrix.md} of the counts. */
final class CrashMatrix {
    private final String part;
    private final Map<String, Integer> held = new TreeMap<>();

    /** @param part what was done in which mode, such as {@code kill BATCH} */
    CrashMatrix(String part) {
        this.part = part;
    }

    /** A run was broken off here and has held since. */
    synchronized void held(String failpoint) {
        held.merge(failpoint, 1, Integer::sum);
    }

    synchronized int trials() {
        return held.values().stream().mapToInt(Integer::intValue).sum();
    }

    synchronized int places() {
        return held.size();
    }

    /** Adds lines {@code failpoint, part, trials} to the file that {@code -Dcaravan.matrix} names, if it does. */
    synchronized void write() throws IOException {
        String file = System.getProperty("caravan.matrix", "");
        if (!file.isEmpty()) {
            var lines = new StringBuilder();
            held.forEach((name, count) -> lines.append(name)
                    .append('\t')
                    .append(part)
                    .append('\t')
                    .append(count)
                    .append('\n'));
            Files.writeString(Path.of(file), lines, StandardOpenOption.CREATE, StandardOpenOption.APPEND);
        }
    }
}
