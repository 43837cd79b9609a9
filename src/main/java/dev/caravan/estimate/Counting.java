package dev.caravan.estimate;

import dev.caravan.provider.Counted;
import dev.caravan.provider.Prompt;
import java.util.List;

/** Has prompts counted by their provider, who takes nothing for it. */
public interface Counting {
    /** Asks nobody. */
    Counting NOBODY = (provider, prompts) -> new Counted(List.of(), "not asked");

    /** @param prompts of one model */
    Counted count(String provider, List<Prompt> prompts);
}
