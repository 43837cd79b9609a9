package dev.caravan.settle;

import dev.caravan.step.PreparedStep;
import dev.caravan.step.SettlingInput;
import org.jspecify.annotations.Nullable;

/** What a member of a piece of work is settled by. */
interface MemberInput extends SettlingInput {
    /** The step as it asked then, where it asked; it judges by the rules that hold now. */
    PreparedStep step();

    /** The outcome of its call; null at a step that asks nobody. */
    @Nullable ReplyRow row();
}
