package dev.caravan.service;

import dev.caravan.base.OpenFiles;
import dev.caravan.provider.Lane;
import java.nio.file.Path;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * How a service works.
 *
 * @param pipelines where things are dropped
 * @param runs where runs are made; what the service remembers lies in {@code .service} there
 * @param lane of the runs it makes, where their providers have it
 * @param simulate whether the built-in simulator takes the place of every provider
 * @param spend when a run starts without a word
 * @param liveRuns most runs at work at one time; the others wait in a queue
 */
public record ServeSettings(Path pipelines, Path runs, Lane lane, boolean simulate, SpendRule spend, int liveRuns) {
    private static final Logger log = LoggerFactory.getLogger(ServeSettings.class);

    /** With no more runs at work than there are files for; where those are fewer, it is told. */
    public ServeSettings within(OpenFiles files) {
        if (files.runs() < liveRuns) {
            log.warn("few files may be open (ulimit -n): no more than {} runs at work at one time", files.runs());
        }
        return new ServeSettings(pipelines, runs, lane, simulate, spend, Math.min(liveRuns, files.runs()));
    }

    /** Where it remembers what arrived, and where its lease lies. */
    public Path memory() {
        return runs.resolve(".service");
    }
}
