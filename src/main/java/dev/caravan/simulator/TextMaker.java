package dev.caravan.simulator;

import dev.caravan.validation.SchemaFit;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Texts as a demand wants them: by pattern, by format, or words of a length. Lengths are of code points. */
final class TextMaker {
    private static final int TRIES = 40;
    private static final int[] SPREADS = {2, 5, 12, 30, 80};

    private final SeededStream dice;
    private final MakingBudget work;

    TextMaker(SeededStream dice, MakingBudget work) {
        this.dice = dice;
        this.work = work;
    }

    /** @return null when none was found */
    @Nullable String make(SchemaDemand demand) {
        long least = demand.length.least;
        long most = demand.length.most;
        String formal = demand.format == null ? null : FormatText.make(demand.format, dice);
        if (formal != null && fits(formal, demand)) {
            return formal;
        }
        if (!demand.patterns.isEmpty()) {
            return matching(demand);
        }
        work.spend(Math.min(least, Integer.MAX_VALUE));
        var text = new StringBuilder(MadeValues.sentence(dice));
        while (text.length() < least) {
            text.append(' ').append(MadeValues.sentence(dice));
        }
        return text.substring(0, (int) Math.min(text.length(), most));
    }

    String word() {
        return MadeValues.sentence(dice).split(" ", 2)[0];
    }

    private @Nullable String matching(SchemaDemand demand) {
        var sources = new ArrayList<PatternText>();
        for (String each : demand.patterns) {
            try {
                sources.add(new PatternText(each));
            } catch (IllegalArgumentException e) {
                // One it cannot follow: the others may bring what this one takes as well.
            }
        }
        for (int i = 0; i < TRIES && !sources.isEmpty(); i++) {
            PatternText source = sources.get(i % sources.size());
            String made = source.make(dice, SPREADS[i / 2 % SPREADS.length], work);
            for (String each : List.of(made, padded(made, demand.length.least))) {
                if (fits(each, demand)) {
                    return each;
                }
            }
        }
        return null;
    }

    /** A pattern without an end takes more behind it. */
    private String padded(String text, long least) {
        int missing = (int) Math.min(1_000, Math.max(0, least - text.codePointCount(0, text.length())));
        work.spend(missing);
        return text + "a".repeat(missing);
    }

    private boolean fits(String text, SchemaDemand demand) {
        work.spend(1 + text.length() / 10);
        int length = text.codePointCount(0, text.length());
        return length >= demand.length.least
                && length <= demand.length.most
                && demand.patterns.stream().allMatch(each -> SchemaFit.found(each, text));
    }
}
