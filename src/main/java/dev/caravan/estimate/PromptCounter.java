package dev.caravan.estimate;

import dev.caravan.provider.CountAnswer;
import dev.caravan.provider.Prompt;
import java.util.List;

/** Has prompts counted by their provider, who takes nothing for it. */
public interface PromptCounter {
    /** Asks nobody. */
    PromptCounter NOBODY = (provider, prompts) -> new CountAnswer(List.of(), "not asked");

    /** @param prompts of one model */
    CountAnswer count(String provider, List<Prompt> prompts);
}
