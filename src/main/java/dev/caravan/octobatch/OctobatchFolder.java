package dev.caravan.octobatch;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.MissingNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.caravan.base.TextFile;
import dev.caravan.base.UserMistakeException;
import dev.caravan.pipeline.SafeYaml;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.util.Optional;

/** The folder that is brought over. Nothing outside of it is looked at, wherever its files point. */
final class OctobatchFolder {
    static final String CONFIG = "config.yaml";

    private final Path folder;

    OctobatchFolder(Path folder) {
        this.folder = folder;
    }

    Path folder() {
        return folder;
    }

    ObjectNode config() {
        Path file = file(CONFIG)
                .orElseThrow(() ->
                        new UserMistakeException(folder.toString(), CONFIG, "is missing; a pipeline folder needs one"));
        if (SafeYaml.read(file, CONFIG) instanceof ObjectNode config) {
            return config;
        }
        throw new UserMistakeException(folder.toString(), CONFIG, "must be a map with pipeline, processing and more");
    }

    /** A file inside of the folder, by its path in it; none when it is not there, or leads elsewhere. */
    Optional<Path> file(String path) {
        try {
            Path root = folder.toRealPath();
            Path found = root.resolve(path).normalize();
            boolean inside = !Path.of(path).isAbsolute() && found.startsWith(root) && Files.isRegularFile(found);
            return inside && found.toRealPath().startsWith(root) ? Optional.of(found) : Optional.empty();
        } catch (InvalidPathException e) {
            return Optional.empty();
        } catch (IOException e) {
            throw new UncheckedIOException("cannot read " + folder, e);
        }
    }

    /** @throws UserMistakeException when it is no UTF-8, or too large */
    Optional<String> text(String path) {
        return file(path).map(each -> TextFile.read(each, path, TextFile.LARGEST_WRITTEN));
    }

    JsonNode items(String path) {
        return file(path).map(each -> SafeYaml.items(each, path)).orElseGet(() -> MissingNode.getInstance());
    }
}
