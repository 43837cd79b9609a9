package dev.caravan.provider;

import java.util.List;

/**
 * What came of asking a provider how many tokens prompts have.
 *
 * @param tokens of each prompt, in order; empty when they were not counted
 * @param trouble why not, in a word; empty when they were
 */
public record CountAnswer(List<Long> tokens, String trouble) {
    public CountAnswer {
        tokens = List.copyOf(tokens);
    }
}
