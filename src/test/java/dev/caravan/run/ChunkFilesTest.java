package dev.caravan.run;

import static org.assertj.core.api.Assertions.assertThat;

import dev.caravan.base.Json;
import dev.caravan.run.RunEvent.Part;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class ChunkFilesTest {
    private static final ChunkPlace PLACE = new ChunkPlace(1, 12);

    private final ChunkFiles files = new ChunkFiles();

    @Test
    void a_place_of_which_nothing_was_journalled_holds_nothing() {
        assertThat(files.lengths(PLACE)).isEqualTo(FileLengths.NONE);
        assertThat(files.checksums(PLACE)).isEqualTo(FileChecksums.NONE);
        assertThat(files.allLengths()).isEmpty();
    }

    @Test
    void files_end_where_the_last_event_said() {
        files.grow(settled(new Part(0, 10, 1), new Part(0, 20, 2), new Part(0, 30, 3)));
        files.grow(settled(new Part(10, 15, 4), Part.none(20), new Part(30, 33, 5)));

        assertThat(files.lengths(PLACE)).isEqualTo(new FileLengths(0, 15, 20, 33));
    }

    @Test
    void a_file_with_a_line_too_many_stays_void_until_it_is_made_again() {
        files.voidValidated(PLACE.step(), PLACE.chunk());
        files.grow(settled(new Part(0, 10, 1), new Part(0, 20, 2), new Part(0, 30, 3)));

        assertThat(files.checksums(PLACE).validated()).isEqualTo(FileChecksums.VOID);
        assertThat(files.checksums(PLACE).failures()).isEqualTo(2);

        files.rebuild(new RunEvent.ChunkRebuilt(
                PLACE.step(), PLACE.chunk(), new Part(0, 9, 7), new Part(0, 20, 2), new Part(0, 30, 3), "void"));

        assertThat(files.checksums(PLACE)).isEqualTo(new FileChecksums(7, 2, 3));
    }

    @Test
    void the_manifest_keeps_lengths_and_checksums_as_lists_of_numbers_by_step_and_chunk() {
        files.grow(settled(new Part(0, 10, 1), new Part(0, 20, 2), new Part(0, 30, 3)));

        var fold = Json.object();
        files.write(fold);

        assertThat(fold).hasToString("{\"lengths\":{\"1/12\":[0,10,20,30]},\"crcs\":{\"1/12\":[1,2,3]}}");
        var restored = new ChunkFiles();
        restored.restore(fold);
        assertThat(restored.allLengths()).isEqualTo(files.allLengths());
        assertThat(restored.checksums(PLACE)).isEqualTo(files.checksums(PLACE));
    }

    private static RunEvent.ChunkSettled settled(Part validated, Part failures, Part findings) {
        return new RunEvent.ChunkSettled(
                "w000001",
                PLACE.step(),
                PLACE.chunk(),
                validated,
                failures,
                findings,
                "",
                "",
                "",
                "",
                "",
                "",
                List.of(),
                "",
                -1,
                Map.of(),
                0);
    }
}
