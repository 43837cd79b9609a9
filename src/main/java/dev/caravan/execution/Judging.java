package dev.caravan.execution;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.caravan.pipeline.Overrides;
import dev.caravan.pipeline.Pipeline;
import dev.caravan.pipeline.PipelineReader;
import dev.caravan.pipeline.Snapshot;
import dev.caravan.pipeline.Step;
import dev.caravan.prompt.RenderException;
import dev.caravan.prompt.Rendering;
import dev.caravan.provider.Prompt;
import dev.caravan.run.RunFolder;
import dev.caravan.validation.Reading;
import dev.caravan.validation.Verdict;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * How a run judges: by the schemas and rules it was made with, and by every later revision of them ({@code
 * revalidate}). Prompts stay those of the snapshot. What was settled under an earlier revision is made again under it.
 */
public final class Judging {
    private final Pipeline pipeline;
    private final List<List<PreparedStep>> revisions;

    private Judging(Pipeline pipeline, List<List<PreparedStep>> revisions) {
        this.pipeline = pipeline;
        this.revisions = revisions;
    }

    /**
     * @param pipelines the run's snapshot, then its revisions in order
     * @param readings for each of them the number of the rule by which it reads replies
     * @param rendering number of the rule by which the run makes prompts
     */
    public static Judging of(
            List<Pipeline> pipelines, List<Integer> readings, int rendering, Map<String, StepKind> kinds) {
        if (pipelines.size() != readings.size()) {
            throw new IllegalArgumentException(readings + " is not a rule for each of " + pipelines.size());
        }
        var revisions = new ArrayList<List<PreparedStep>>();
        for (int i = 0; i < pipelines.size(); i++) {
            var rules = new Rules(Reading.of(readings.get(i)), Rendering.of(rendering));
            revisions.add(StepKind.prepared(pipelines.get(i), kinds, rules));
        }
        return new Judging(pipelines.get(0), revisions);
    }

    /** The run's snapshot and its first so many revisions, read from its folder. */
    public static List<Pipeline> snapshots(RunFolder folder, int revisions, PipelineReader reader) {
        Overrides overrides = Snapshot.overrides(folder.config());
        var read = new ArrayList<Pipeline>();
        read.add(reader.readSnapshot(folder.config(), overrides));
        for (int i = 1; i <= revisions; i++) {
            read.add(reader.readSnapshot(folder.revision(i), overrides));
        }
        return read;
    }

    /** The pipeline as the run was made of it. */
    Pipeline pipeline() {
        return pipeline;
    }

    /** The steps as the run was made with them. */
    List<PreparedStep> made() {
        return revisions.get(0);
    }

    /** The steps as they work from now on. */
    public List<PreparedStep> steps() {
        List<PreparedStep> made = revisions.get(0);
        List<PreparedStep> now = revisions.get(revisions.size() - 1);
        var steps = new ArrayList<PreparedStep>();
        for (int i = 0; i < made.size(); i++) {
            steps.add(
                    made.get(i) instanceof PreparedStep.Asking asking
                                    && now.get(i) instanceof PreparedStep.Asking judging
                                    && revisions.size() > 1
                            ? new Revised(asking, judging)
                            : now.get(i));
        }
        return steps;
    }

    /** A step as it was under each revision, the first one first. */
    List<PreparedStep> under(int step) {
        return revisions.stream().map(each -> each.get(step)).toList();
    }

    /** Asks as it always did, and judges anew. */
    private record Revised(PreparedStep.Asking asking, PreparedStep.Asking judging) implements PreparedStep.Asking {
        @Override
        public Step step() {
            return asking.step();
        }

        @Override
        public Branch branch() {
            return judging.branch();
        }

        @Override
        public Prompt prompt(String callKey, ObjectNode record, JsonNode errors, boolean again) throws RenderException {
            return asking.prompt(callKey, record, errors, again);
        }

        @Override
        public @Nullable JsonNode schema() {
            return judging.schema();
        }

        @Override
        public Verdict judge(String text, ObjectNode record) {
            return judging.judge(text, record);
        }
    }
}
