package dev.caravan.camel.provider;

import com.fasterxml.jackson.databind.JsonNode;
import com.schibsted.spt.data.jslt.Expression;
import com.schibsted.spt.data.jslt.JsltException;
import com.schibsted.spt.data.jslt.Parser;
import dev.caravan.base.NotReadyException;
import dev.caravan.base.Problems;
import dev.caravan.base.TextFile;
import java.io.IOException;
import java.io.Reader;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/** A provider's JSLT files, compiled once. Null members are left out of what they make; empty lists and maps stay. */
public final class Mappings {
    private final Path folder;
    private final Map<String, Expression> compiled = new ConcurrentHashMap<>();

    public Mappings(Path folder) {
        this.folder = folder;
    }

    boolean has(String file) {
        return compiled.containsKey(file) || Files.isRegularFile(folder.resolve(file));
    }

    public JsonNode map(String file, JsonNode input) {
        return map(file, Map.of(), input);
    }

    /** @param variables what the file may name with a dollar sign beside its input */
    JsonNode map(String file, Map<String, JsonNode> variables, JsonNode input) {
        Expression mapping = compiled.computeIfAbsent(file, this::compile);
        try {
            return mapping.apply(variables, input);
        } catch (JsltException e) {
            throw new NotReadyException(folder.resolve(file).toString(), place(e), reason(e));
        }
    }

    /** As {@link #map}, of what a provider said: null where the file cannot make an object of it. */
    @Nullable JsonNode said(String file, Map<String, JsonNode> variables, JsonNode input) {
        Expression mapping = compiled.computeIfAbsent(file, this::compile);
        try {
            JsonNode mapped = mapping.apply(variables, input);
            return mapped != null && mapped.isObject() ? mapped : null;
        } catch (RuntimeException e) {
            // Whatever a mapping stumbles over is what the provider said, and that is a value.
            return null;
        }
    }

    @Nullable JsonNode said(String file, JsonNode input) {
        return said(file, Map.of(), input);
    }

    /** Compiles all that lie there. */
    void check() {
        var problems = new Problems(folder.toString());
        try (Stream<Path> files = Files.list(folder)) {
            for (Path each : files.filter(file -> file.toString().endsWith(".jslt"))
                    .sorted()
                    .toList()) {
                try {
                    compiled.computeIfAbsent(String.valueOf(each.getFileName()), this::compile);
                } catch (NotReadyException e) {
                    problems.addAll(e.problems());
                }
            }
        } catch (IOException e) {
            throw new UncheckedIOException("cannot list " + folder, e);
        }
        if (problems.any()) {
            throw new NotReadyException(problems);
        }
    }

    private Expression compile(String file) {
        Path path = folder.resolve(file);
        try (Reader reader = TextFile.reader(path)) {
            return new Parser(reader)
                    .withSource(path.toString())
                    .withObjectFilter(". != null")
                    .compile();
        } catch (IOException e) {
            throw new NotReadyException(path.toString(), "", TextFile.trouble(e));
        } catch (JsltException e) {
            throw new NotReadyException(path.toString(), place(e), reason(e));
        } catch (StackOverflowError e) {
            throw new NotReadyException(path.toString(), "", "is nested too deeply");
        }
    }

    private static String place(JsltException e) {
        return e.getLine() > 0 ? "line " + e.getLine() + ", column " + Math.max(1, e.getColumn()) : "";
    }

    /** The first lines of what JSLT says; the rest lists what its grammar would have allowed. */
    private static String reason(JsltException e) {
        return String.valueOf(e.getMessageWithoutLocation()).lines().findFirst().orElse("cannot be used");
    }
}
