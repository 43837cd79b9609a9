package dev.caravan.report;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.caravan.base.FolderTrees;
import dev.caravan.base.Json;
import dev.caravan.base.UnitRecord;
import dev.caravan.base.UserMistakeException;
import dev.caravan.expression.Evaluation;
import dev.caravan.expression.EvaluationException;
import dev.caravan.expression.Expression;
import dev.caravan.expression.SeededRandom;
import java.io.IOException;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.NotDirectoryException;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.HashSet;
import java.util.Locale;
import java.util.Set;
import java.util.stream.Stream;
import java.util.zip.GZIPOutputStream;
import org.jspecify.annotations.Nullable;

/**
 * Writes one file for each done unit into a folder, which is put in place whole: whoever looks sees all files of one
 * extraction or of none, and twice is the same as once.
 */
public final class ResultExtract {
    /** By this file a folder is known as one that an extraction made, and may be replaced. */
    private static final String MARK = ".caravan-extract";

    private static final int LONGEST_NAME = 100;
    /** Of UTF-8, with room for a number and an ending within what file systems allow. */
    private static final int LONGEST_BYTES = 200;

    /**
     * How files are written.
     *
     * @param name expression over the record that names the file; null for {@code unit_id}
     * @param content expression for what it holds; null for the record. Text is written as it is, all else as JSON
     * @param ending behind the name, such as {@code .json}
     */
    public record Wish(@Nullable Expression name, @Nullable Expression content, String ending, boolean gzip) {}

    private final Wish wish;
    private final Path making;
    private final Set<String> taken = new HashSet<>();
    private int written;

    private ResultExtract(Wish wish, Path making) {
        this.wish = wish;
        this.making = making;
    }

    /**
     * @return how many files were written
     * @throws UserMistakeException when the folder is there and no extraction made it, or an expression fails
     */
    public static int write(RunResults results, Wish wish, Path target) {
        Path whole = target.toAbsolutePath().normalize();
        Path parent = whole.getParent();
        if (parent == null) {
            throw new UserMistakeException(target.toString(), "", "is no folder that can be made");
        }
        if (Files.exists(whole) && !Files.exists(whole.resolve(MARK)) && !isEmpty(whole)) {
            throw new UserMistakeException(
                    target.toString(), "", "is there, and was not made by an extraction; name another folder");
        }
        Path making = parent.resolve("." + whole.getFileName() + ".making");
        try {
            Files.createDirectories(parent);
            FolderTrees.delete(making);
            Files.createDirectories(making);
            var extract = new ResultExtract(wish, making);
            results.each(extract::write);
            Files.writeString(making.resolve(MARK), extract.written + "\n");
            FolderTrees.delete(whole);
            Files.move(making, whole, StandardCopyOption.ATOMIC_MOVE);
            return extract.written;
        } catch (IOException e) {
            throw new UncheckedIOException("cannot write " + target, e);
        }
    }

    private void write(ObjectNode record) {
        String file = name(record) + wish.ending() + (wish.gzip() ? ".gz" : "");
        Path path = making.resolve(file);
        try (OutputStream out = out(path)) {
            JsonNode content = wish.content() == null ? record : evaluate(wish.content(), record);
            out.write(content.isTextual() ? content.textValue().getBytes(StandardCharsets.UTF_8) : Json.line(content));
            written++;
        } catch (IOException e) {
            throw new UncheckedIOException("cannot write " + path, e);
        }
    }

    private OutputStream out(Path path) throws IOException {
        OutputStream plain = Files.newOutputStream(path);
        return wish.gzip() ? new GZIPOutputStream(plain) : plain;
    }

    /** A name that stays in the folder and is nobody else's: what is no letter, mark, digit, point, dash or line becomes a line. */
    private String name(ObjectNode record) {
        JsonNode named = wish.name() == null ? record.path(UnitRecord.ID) : evaluate(wish.name(), record);
        String safe = named.asText()
                .strip()
                .replaceAll("[^\\p{L}\\p{M}\\p{N}._-]", "_")
                .replaceFirst("^[.-]", "_");
        safe = safe.isEmpty()
                ? "_"
                : safe.substring(
                        0, safe.offsetByCodePoints(0, Math.min(LONGEST_NAME, safe.codePointCount(0, safe.length()))));
        while (safe.getBytes(StandardCharsets.UTF_8).length > LONGEST_BYTES) {
            safe = safe.substring(0, safe.offsetByCodePoints(safe.length(), -1));
        }
        String name = safe;
        for (int i = 2; !taken.add(name.toLowerCase(Locale.ROOT)); i++) {
            name = safe + "~" + i;
        }
        return name;
    }

    private static JsonNode evaluate(Expression expression, ObjectNode record) {
        String id = UnitRecord.id(record);
        try {
            return expression.evaluate(new Evaluation(record, SeededRandom.of(0, id, "extract", 0)));
        } catch (EvaluationException e) {
            throw new UserMistakeException(
                    "extract", id, expression.text().strip() + " cannot be evaluated: " + e.getMessage());
        }
    }

    private static boolean isEmpty(Path folder) {
        try (Stream<Path> files = Files.list(folder)) {
            return files.findAny().isEmpty();
        } catch (NotDirectoryException e) {
            return false;
        } catch (IOException e) {
            throw new UncheckedIOException("cannot look into " + folder, e);
        }
    }
}
