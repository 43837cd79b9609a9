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

    public record Said(List<String> left, List<String> changed, String config) {}

    public static Said run(Path from, Path target) {
        Findings findings = OctobatchImport.run(from, target, ModelRegistry.shipped());
        try {
            return new Said(
                    findings.left().stream().map(String::valueOf).toList(),
                    findings.changed().stream().map(String::valueOf).toList(),
                    Files.readString(target.resolve("config.yaml")));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
