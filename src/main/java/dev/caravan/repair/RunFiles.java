package dev.caravan.repair;

import dev.caravan.journal.JsonLines;
import dev.caravan.run.RunFolder;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Path;

/** Files of a run as a check sees them. */
final class RunFiles {
    private RunFiles() {}

    /** A file as it is called in messages. */
    static String shown(RunFolder folder, Path file) {
        return folder.root().relativize(file).toString();
    }

    /** Its bytes when it is not packed. */
    static long size(Path file) {
        try {
            return JsonLines.size(file);
        } catch (IOException e) {
            throw new UncheckedIOException("cannot read " + file, e);
        }
    }
}
