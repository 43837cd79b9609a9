package dev.caravan.cost;

import dev.caravan.pipeline.Pipeline;
import dev.caravan.pipeline.Step;
import dev.caravan.provider.Lane;
import dev.caravan.run.RunFolder;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * About what a request of each step can cost at worst, before any was made ready: its template, its schema and a record
 * as long as those of the input are, and as long an answer as is allowed.
 */
public final class WorstCaseSketch {
    private WorstCaseSketch() {}

    public static Map<Lane, List<Long>> of(Pipeline pipeline, RunFolder folder, int units, RunPrices prices) {
        var lanes = new EnumMap<Lane, List<Long>>(Lane.class);
        for (Lane each : Lane.values()) {
            lanes.put(each, of(pipeline, folder, units, prices, each));
        }
        return lanes;
    }

    private static List<Long> of(Pipeline pipeline, RunFolder folder, int units, RunPrices prices, Lane lane) {
        long record = size(folder.units()) / Math.max(1, units);
        var all = new ArrayList<Long>();
        for (Step each : pipeline.steps()) {
            String system = each.system();
            long bytes = record
                    + size(pipeline.folder(), each.template())
                    + size(pipeline.folder(), each.schema())
                    + (system == null ? 0 : system.getBytes(StandardCharsets.UTF_8).length);
            all.add(Math.max(0, prices.worstCaseNow(each.index(), lane, bytes, each.maxTokens())));
        }
        return all;
    }

    private static long size(Path folder, @Nullable String file) {
        return file == null ? 0 : size(folder.resolve(file));
    }

    private static long size(Path file) {
        try {
            return Files.exists(file) ? Files.size(file) : 0;
        } catch (IOException e) {
            throw new UncheckedIOException("cannot read " + file, e);
        }
    }
}
