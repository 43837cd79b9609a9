package dev.caravan.limit;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class AccountNumbersTest {
    @TempDir
    Path folder;

    private static Map<AccountNumbers.Cell, Integer> places(AccountNumbers numbers) {
        var all = new LinkedHashMap<AccountNumbers.Cell, Integer>();
        all.put(numbers.nextSlot, 0);
        all.put(numbers.closedAt, 1);
        all.put(numbers.closedUntil, 2);
        all.put(numbers.foundInterval, 3);
        all.put(numbers.toldRequests, 4);
        all.put(numbers.toldTokens, 5);
        all.put(numbers.meanTokens, 6);
        all.put(numbers.rounds, 7);
        all.put(numbers.probeAt, 8);
        all.put(numbers.cutAt, 9);
        all.put(numbers.raisedAt, 10);
        all.put(numbers.pacedAt, 11);
        all.put(numbers.answered, 12);
        all.put(numbers.turnedAway, 13);
        all.put(numbers.sentAtCut, 14);
        all.put(numbers.turnedAwayAtCut, 15);
        all.put(numbers.troubleSince, 16);
        all.put(numbers.longClosings, 17);
        all.put(numbers.seeking, 18);
        all.put(numbers.recentAt, 19);
        for (int quarter = 0; quarter < AccountNumbers.RECENT; quarter++) {
            all.put(numbers.recent(quarter), 20 + quarter);
        }
        all.put(numbers.sent, 52);
        all.put(numbers.markInterval, 53);
        all.put(numbers.markShare, 54);
        all.put(numbers.sentAtMark, 55);
        all.put(numbers.turnedAwayAtMark, 56);
        all.put(numbers.heldUntilAnswered, 57);
        all.put(numbers.answeredAtRaise, 58);
        return all;
    }

    /** Processes of several versions share the file: a number that moved would be taken for another one. */
    @Test
    void every_number_has_the_place_that_it_always_had() {
        SharedNumbers shared = SharedNumbersFile.of(folder.resolve("a.pace"));
        Map<AccountNumbers.Cell, Integer> places = places(new AccountNumbers(shared));

        places.forEach((cell, place) -> cell.set(1000L + place));

        assertThat(places).hasSize(59).hasSizeLessThanOrEqualTo(SharedNumbers.COUNT);
        places.values().forEach(place -> assertThat(shared.get(place)).isEqualTo(1000L + place));
        assertThat(SharedNumbersFile.VERSION).isEqualTo(1);
    }

    @Test
    void answers_are_counted_for_eight_seconds() {
        var numbers = new AccountNumbers(SharedNumbers.ofProcess());
        var recent = new RecentAnswers(numbers);
        long start = 1_790_000_000_000L;
        for (int i = 0; i < 40; i++) {
            recent.add(start + i * 100L);
        }

        assertThat(recent.interval(start + 3_900)).isEqualTo(100_000);
        assertThat(recent.interval(start + 60_000)).as("nothing of late").isEqualTo(1_000_000);
    }
}
