package dev.caravan.run;

import dev.caravan.base.UserMistakeException;
import java.nio.file.Path;

/** Where everything of a run lies on disk. */
public record RunFolder(Path root) {

    public String name() {
        Path name = root.toAbsolutePath().normalize().getFileName();
        return name == null ? "run" : name.toString();
    }

    /**
     * Refuses a place at which no run can work: whoever takes the tickets would look into another folder.
     *
     * @throws UserMistakeException naming it
     */
    public void checkPlace() {
        if (root.toAbsolutePath().toString().indexOf('\\') >= 0) {
            throw new UserMistakeException(
                    root.toAbsolutePath().toString(),
                    "",
                    "has a backslash in its path, and no run can work there; rename the folder, or give another --run-dir");
        }
    }

    public Path journal() {
        return root.resolve("journal.jsonl");
    }

    public Path manifest() {
        return root.resolve("MANIFEST.json");
    }

    public Path config() {
        return root.resolve("config");
    }

    /** Schemas and rules as a person brought them in for the n-th time, from 1. */
    public Path revision(int number) {
        return root.resolve("revisions").resolve(Integer.toString(number));
    }

    public Path units() {
        return root.resolve("input").resolve("units.jsonl");
    }

    public Path index() {
        return root.resolve("units.idx");
    }

    public Path queues() {
        return root.resolve("queue");
    }

    /** A few lines of the manifest, for whoever lists many runs. */
    public Path manifestSummary() {
        return root.resolve(".manifest_summary.json");
    }

    public Path queue(String step) {
        return queues().resolve(step);
    }

    /** Tickets that look for jobs and collect them: they go on while a step's own queue stands still. */
    public Path collecting() {
        return root.resolve("queue-of-jobs");
    }

    public Path chunk(int chunk) {
        return root.resolve("chunks").resolve(RunFacts.chunkName(chunk));
    }

    /** Every outcome of a call, once, with its raw text. */
    public Path results(String step, int chunk) {
        return chunk(chunk).resolve(step + "_results.jsonl");
    }

    /** Accumulated records of units that passed. */
    public Path validated(String step, int chunk) {
        return chunk(chunk).resolve(step + "_validated.jsonl");
    }

    /** Units that gave up, with their reason. */
    public Path failures(String step, int chunk) {
        return chunk(chunk).resolve(step + "_failures.jsonl");
    }

    /** Findings on answers that did not hold and are asked again: what {@code $errors} tells the next prompt. */
    public Path findings(String step, int chunk) {
        return chunk(chunk).resolve(step + "_findings.jsonl");
    }

    public Path job(String work) {
        return root.resolve("jobs").resolve(work);
    }

    /** What a task left, once it was done. */
    public Path task(String slug) {
        return root.resolve("tasks").resolve(slug);
    }

    /** What whoever is asked for the n-th time at an approval step is shown. */
    public Path packet(String step, int round) {
        return root.resolve("approvals").resolve(step).resolve("round-" + round);
    }

    public Path deadLetters() {
        return root.resolve("dead-letter");
    }

    public Path outputs() {
        return root.resolve("outputs");
    }
}
