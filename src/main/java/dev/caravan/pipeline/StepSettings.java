package dev.caravan.pipeline;

/** What a step's kind alone understands of it, as the kind read it, once: a record of its own for each kind. */
public interface StepSettings {
    /** Of a step that nobody has read. */
    StepSettings NONE = new StepSettings() {};
}
