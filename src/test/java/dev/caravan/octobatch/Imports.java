package dev.caravan.octobatch;

import dev.caravan.cost.ModelRegistry;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;

/** Imports in tests, and what they say. */
public final class Imports {
    private Imports() {}

    public record Outcome(List<String> left, List<String> changed, String config) {}

    public static Outcome run(Path from, Path target) {
        ImportFindings findings = OctobatchImport.run(from, target, ModelRegistry.shipped());
        try {
            return new Outcome(
                    findings.left().stream().map(String::valueOf).toList(),
                    findings.changed().stream().map(String::valueOf).toList(),
                    Files.readString(target.resolve("config.yaml")));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
