package dev.caravan.run;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class RunsFolderTest {
    @TempDir
    Path folder;

    private void journal(String run, long second) throws IOException {
        Path journal = Files.createDirectories(folder.resolve(run)).resolve("journal.jsonl");
        Files.setLastModifiedTime(Files.createFile(journal), FileTime.fromMillis(second * 1000));
    }

    @Test
    void what_holds_no_journal_or_begins_with_a_dot_is_no_run() throws IOException {
        journal("b", 2);
        journal("a", 1);
        journal(".service", 3);
        Files.createDirectories(folder.resolve("notes"));
        Files.writeString(folder.resolve("file"), "");
        assertThat(new RunsFolder(folder).all()).extracting(RunFolder::name).containsExactly("a", "b");
    }

    @Test
    void the_run_whose_journal_was_written_last_comes_first() throws IOException {
        journal("a", 1);
        journal("b", 3);
        journal("c", 2);
        assertThat(new RunsFolder(folder).newest()).extracting(RunFolder::name).containsExactly("b", "c", "a");
    }

    @Test
    void a_folder_that_is_not_there_holds_no_runs() {
        assertThat(new RunsFolder(folder.resolve("none")).all()).isEmpty();
    }
}
