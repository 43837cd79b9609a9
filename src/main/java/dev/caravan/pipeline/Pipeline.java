package dev.caravan.pipeline;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.caravan.base.Problem;
import dev.caravan.base.Problems;
import dev.caravan.expression.Expression;
import dev.caravan.run.FailureBrake;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * What to do: ordered steps over items, as read from one folder and found free of problems.
 *
 * @param name display name: {@code pipeline.name}, else the folder's name
 * @param tasks what is done once when every unit has its outcome, in their order
 * @param folder where templates, schemas and items lie
 * @param expressions {@code processing.expressions}: names that templates see, evaluated for each unit, in their order
 * @param chunkSize units that are stored together, at least 1
 * @param maxRetries paid answers a unit may use at one step after its first
 * @param minJob requests that a job has at least under a cap, but for the last of a step
 * @param brake when mostly bad answers pause the run
 * @param giveUpAfter how long an attempt that gets no answer (throttled, lost, expired) is sent again; null for what
 *     its lane takes for patient
 * @param shared what the steps have in common beside their records
 * @param itemUses places of the templates that show what the items brought; empty for a run's own copy
 * @param hints what is not wrong but may surprise
 * @param config the whole config as read, for the snapshot and for templates ({@code $config})
 */
public record Pipeline(
        String name,
        Path folder,
        List<Step> steps,
        List<Task> tasks,
        ItemSource items,
        UnitGeneration generation,
        Map<String, Expression> expressions,
        int chunkSize,
        int maxRetries,
        int maxInflightJobs,
        int minJob,
        FailureBrake brake,
        @Nullable Duration giveUpAfter,
        SharedContext shared,
        ObjectNode config,
        List<ItemUse> itemUses,
        List<Problem> hints) {

    /** In the place of a provider's name: the built-in simulator answers in the place of the usual provider. */
    static final String SIMULATOR = "simulator";

    public Pipeline {
        steps = List.copyOf(steps);
        tasks = List.copyOf(tasks);
        itemUses = List.copyOf(itemUses);
        hints = List.copyOf(hints);
    }

    /** Extra template variables. */
    public ObjectNode globalContext() {
        return shared.context();
    }

    /** Whether {@code api.provider} is {@code simulator}: the built-in simulator answers, and nothing is spent. */
    public boolean simulated() {
        return SIMULATOR.equalsIgnoreCase(config.path("api").path("provider").asText());
    }

    /** When the service starts it; empty when nothing is said. */
    public Optional<PipelineSchedule> schedule() {
        return PipelineSchedule.read(config, ConfigGrammar.FILE, new Problems(name));
    }

    Pipeline with(List<ItemUse> uses, List<Problem> noted) {
        return new Pipeline(
                name,
                folder,
                steps,
                tasks,
                items,
                generation,
                expressions,
                chunkSize,
                maxRetries,
                maxInflightJobs,
                minJob,
                brake,
                giveUpAfter,
                shared,
                config,
                uses,
                noted);
    }

    /**
     * Where units come from.
     *
     * @param file relative to the pipeline folder
     * @param key top-level key that holds the list, or empty when the document is the list
     * @param nameField field that names an item
     * @param delimiter what separates the cells of a CSV file
     */
    public record ItemSource(String file, String key, String nameField, char delimiter) {}
}
