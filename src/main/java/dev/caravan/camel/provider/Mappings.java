package dev.caravan.camel.provider;

import com.fasterxml.jackson.databind.JsonNode;
import com.schibsted.spt.data.jslt.Expression;
import com.schibsted.spt.data.jslt.Parser;
import dev.caravan.base.InvalidFileException;
import dev.caravan.base.TextFile;
import java.io.IOException;
import java.io.Reader;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
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
        return compiled.computeIfAbsent(file, this::compile).apply(variables, input);
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

    private Expression compile(String file) {
        Path path = folder.resolve(file);
        try (Reader reader = TextFile.reader(path)) {
            return new Parser(reader)
                    .withSource(path.toString())
                    .withObjectFilter(". != null")
                    .compile();
        } catch (IOException e) {
            throw new InvalidFileException(path.toString(), "", TextFile.trouble(e));
        }
    }
}
