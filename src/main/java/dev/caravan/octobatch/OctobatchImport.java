package dev.caravan.octobatch;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.caravan.base.FolderTrees;
import dev.caravan.base.UserMistakeException;
import dev.caravan.pipeline.ModelDefaults;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.Map;
import java.util.Objects;
import java.util.Set;

/** Brings a pipeline folder of Octobatch over: a new folder of ours, whole or not at all. */
public final class OctobatchImport {
    private static final Set<String> OLD_SCRIPTS = Set.of("analyze_results.py", "extract_units.py");

    private OctobatchImport() {}

    /**
     * @param from the original's folder, of which nothing is changed
     * @param target of the new pipeline, which must not be there
     * @return what could not be carried over as it was
     * @throws UserMistakeException when it cannot be read, or the target is there
     */
    public static ImportFindings run(Path from, Path target, ModelDefaults registry) {
        if (Files.exists(target, LinkOption.NOFOLLOW_LINKS)) {
            throw new UserMistakeException(target.toString(), "", "already exists; say another name: --to NAME");
        }
        var conversion =
                ConfigConversion.run(new OctobatchFolder(from), registry, String.valueOf(target.getFileName()));
        try {
            write(conversion, target);
        } catch (IOException e) {
            throw new UncheckedIOException("cannot write " + target, e);
        }
        return conversion.findings;
    }

    private static void write(ConversionContext conversion, Path target) throws IOException {
        Path shelf = Objects.requireNonNull(target.toAbsolutePath().getParent());
        Files.createDirectories(shelf);
        Path made = Files.createTempDirectory(shelf, ".importing-");
        try {
            Files.createDirectories(made.resolve("templates"));
            for (Map.Entry<String, Path> each : conversion.copies.entrySet()) {
                Path copy = made.resolve(each.getKey());
                Files.createDirectories(Objects.requireNonNull(copy.getParent()));
                Files.copy(each.getValue(), copy);
            }
            for (Map.Entry<String, String> each : conversion.texts.entrySet()) {
                Path file = made.resolve(each.getKey());
                Files.createDirectories(Objects.requireNonNull(file.getParent()));
                Files.writeString(file, each.getValue());
            }
            readable(made);
            FolderTrees.force(made);
            Files.move(made, target, StandardCopyOption.ATOMIC_MOVE);
        } finally {
            FolderTrees.delete(made);
        }
    }

    /** A temporary folder is its maker's alone; a pipeline's is like any other. */
    private static void readable(Path folder) throws IOException {
        Path usual = Files.createDirectory(folder.resolve("schemas.tmp"));
        if (Files.getFileStore(folder).supportsFileAttributeView("posix")) {
            Files.setPosixFilePermissions(folder, Files.getPosixFilePermissions(usual));
        }
        Files.delete(usual);
    }

    /** Whether a folder is a pipeline of Octobatch's: by the templates, scripts and keys that only it has. */
    public static boolean isOne(Path folder) {
        try {
            ObjectNode config = new OctobatchFolder(folder).config();
            JsonNode prompts = config.path("prompts");
            boolean jinja = false;
            for (JsonNode each : prompts.path("templates")) {
                jinja |= isJinja(each.asText());
            }
            for (JsonNode each : config.path("pipeline")) {
                jinja |= isJinja(each.path("template").asText());
            }
            for (String list : new String[] {"/pipeline/steps", "/post_process"}) {
                for (JsonNode each : config.at(list)) {
                    String script = each.path("script").asText();
                    jinja |= OLD_SCRIPTS.contains(script.substring(script.lastIndexOf('/') + 1));
                }
            }
            return jinja
                    || config.path("api").has("realtime")
                    || config.path("api").has("subprocess_timeout_seconds")
                    || config.path("processing").has("validation_retry");
        } catch (UserMistakeException e) {
            return false;
        }
    }

    private static boolean isJinja(String file) {
        return file.matches("(?i).*\\.(jinja2?|j2)");
    }
}
