package dev.caravan.step;

import dev.caravan.pipeline.CallOverrides;
import dev.caravan.pipeline.Pipeline;
import dev.caravan.pipeline.PipelineReader;
import dev.caravan.pipeline.PipelineSnapshot;
import dev.caravan.pipeline.Step;
import dev.caravan.prompt.RenderingRule;
import dev.caravan.run.AskedModel;
import dev.caravan.run.ModelChoice;
import dev.caravan.run.RunEvent;
import dev.caravan.run.RunFolder;
import dev.caravan.run.RunState;
import dev.caravan.validation.ReadingRule;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * How a run asks and judges. It judges by the schemas and rules it was made with, and by every later revision of them
 * ({@code revalidate}); what was settled under an earlier one is made again under it. It asks the models it was made
 * with, and those that its steps were told to ask since ({@code --model STEP=NAME}); what was asked under an earlier one
 * is rendered, judged and priced as of its time. Templates stay those of the snapshot.
 */
public final class RunSteps {
    /**
     * What of a run's state it follows from.
     *
     * @param rules revisions of schemas and rules
     * @param rendering number of the rule by which the run makes prompts
     * @param readings by which rule of reading the run judged as it was made, then under each revision
     * @param revised what steps were told to ask since
     */
    public record Basis(int rules, int rendering, List<Integer> readings, List<RunEvent.RunRevised> revised) {
        public Basis {
            readings = List.copyOf(readings);
            revised = List.copyOf(revised);
        }

        public static Basis of(RunState state) {
            return new Basis(state.revisions(), state.facts().rules().rendering(), state.readings(), state.revised());
        }
    }

    /**
     * A run's steps while they asked the same models.
     *
     * @param pipeline the run's snapshot, for whom its steps asked then
     * @param rules the steps under each revision of schemas and rules, the first one first
     */
    private record Era(Pipeline pipeline, List<List<PreparedStep>> rules) {
        private static Era of(
                List<Pipeline> pipelines, List<Integer> readings, int rendering, Map<String, StepKind> kinds) {
            if (pipelines.size() != readings.size()) {
                throw new IllegalArgumentException(readings + " is not a rule for each of " + pipelines.size());
            }
            var rules = new ArrayList<List<PreparedStep>>();
            for (int i = 0; i < pipelines.size(); i++) {
                var numbered = new NumberedRules(ReadingRule.of(readings.get(i)), RenderingRule.of(rendering));
                rules.add(StepKind.prepared(pipelines.get(i), kinds, numbered));
            }
            return new Era(pipelines.get(0), rules);
        }

        /** A step that asks as it did, and judges by the newest rules. */
        private PreparedStep step(int index) {
            PreparedStep made = rules.get(0).get(index);
            PreparedStep now = rules.get(rules.size() - 1).get(index);
            return rules.size() == 1
                    ? now
                    : made.asking()
                            .<PreparedStep>flatMap(
                                    asked -> now.asking().map(judging -> new RevisedStep(asked, judging)))
                            .orElse(now);
        }

        private List<PreparedStep> steps() {
            var steps = new ArrayList<PreparedStep>();
            for (int i = 0; i < rules.get(0).size(); i++) {
                steps.add(step(i));
            }
            return List.copyOf(steps);
        }
    }

    private final List<Era> eras;
    private final List<List<PreparedStep>> steps;

    private RunSteps(List<Era> eras) {
        this.eras = eras;
        steps = eras.stream().map(Era::steps).toList();
    }

    /**
     * Of a run whose steps ask whom they were made to ask.
     *
     * @param pipelines the run's snapshot, then its revisions in order
     * @param readings for each of them the number of the rule by which it reads replies
     * @param rendering number of the rule by which the run makes prompts
     */
    public static RunSteps of(
            List<Pipeline> pipelines, List<Integer> readings, int rendering, Map<String, StepKind> kinds) {
        return new RunSteps(List.of(Era.of(pipelines, readings, rendering, kinds)));
    }

    /** Of a run as its folder has it. */
    public static RunSteps of(RunFolder folder, Basis basis, PipelineReader reader, Map<String, StepKind> kinds) {
        var eras = new ArrayList<Era>();
        for (int i = 0; i <= basis.revised().size(); i++) {
            var before = basis.revised().subList(0, i);
            var pipelines = snapshots(folder, basis.rules(), before, reader);
            eras.add(Era.of(pipelines, basis.readings(), basis.rendering(), kinds));
        }
        return new RunSteps(eras);
    }

    /** The run's snapshot and its revisions, for whom its steps ask now. */
    public static List<Pipeline> snapshots(RunFolder folder, Basis basis, PipelineReader reader) {
        return snapshots(folder, basis.rules(), basis.revised(), reader);
    }

    private static List<Pipeline> snapshots(
            RunFolder folder, int rules, List<RunEvent.RunRevised> revised, PipelineReader reader) {
        CallOverrides overrides = PipelineSnapshot.overrides(folder.config());
        var bySteps = new HashMap<String, CallOverrides>();
        revised.forEach(each -> each.to()
                .forEach((step, asked) -> bySteps.put(step, CallOverrides.asking(asked.provider(), asked.model()))));
        var folders = new ArrayList<Path>(List.of(folder.config()));
        for (int i = 1; i <= rules; i++) {
            folders.add(folder.revision(i));
        }
        return folders.stream()
                .map(each -> reader.readSnapshot(each, overrides, bySteps))
                .toList();
    }

    /** The pipeline as the run was made of it, for whom its steps ask now. */
    public Pipeline pipeline() {
        return eras.get(eras.size() - 1).pipeline();
    }

    /** The steps as the run was made with them. */
    public List<PreparedStep> made() {
        return eras.get(0).rules().get(0);
    }

    /** The steps as they work from now on. */
    public List<PreparedStep> steps() {
        return steps.get(steps.size() - 1);
    }

    /** A step as it asked under so many revisions of the run; it judges as it does now. */
    public PreparedStep step(int step, int revision) {
        return steps.get(revision).get(step);
    }

    /** Whom a call asks. */
    public AskedModel asked(ModelChoice choice) {
        Step step = step(choice.step(), choice.revision()).step();
        return new AskedModel(step.provider(), step.model(choice.again()));
    }

    /** Under how many revisions of the run what is asked from now on is asked. */
    public int revision() {
        return eras.size() - 1;
    }

    /** A step as it asked under so many revisions of the run, by the rules of each revision of them, the first one first. */
    public List<PreparedStep> under(int step, int revision) {
        return eras.get(revision).rules().stream().map(each -> each.get(step)).toList();
    }
}
