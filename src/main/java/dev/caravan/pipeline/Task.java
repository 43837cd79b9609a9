package dev.caravan.pipeline;

import com.fasterxml.jackson.databind.node.ObjectNode;

/**
 * What is done once, when every unit of a run has its outcome: a step of {@code scope: run}, or an entry of {@code
 * post_process}.
 *
 * @param name shown to people
 * @param slug names its folder; unique in the pipeline
 * @param type what it does: {@code script}, {@code gzip}, {@code export}, {@code extract}, {@code report}, {@code
 *     analyze}
 * @param source the task as written
 */
public record Task(String name, String slug, String type, ObjectNode source) {
    public static final String SCRIPT = "script";

    /** Whether it runs a program of the pipeline's author, which the operator must have trusted. */
    public boolean needsTrust() {
        return type.equals(SCRIPT);
    }
}
