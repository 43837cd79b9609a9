package dev.caravan.base;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** A number of a process is that process only where all is the same and all is known. */
class ProcessIdentityTest {
    private static final String STAT =
            "7 (a) b (c) S 1 7 7 0 -1 4194560 100 0 0 0 5 2 0 0 20 0 1 0 4711 1000 50 18446744";

    @TempDir
    Path root;

    @Test
    void this_process_is_itself_and_another_one_is_not() {
        ProcessIdentity here = ProcessIdentity.here();
        ProcessIdentity again = ProcessIdentity.of(ProcessHandle.current().pid());

        assertThat(again).isEqualTo(here);
        if (Files.isReadable(Path.of("/proc/self/stat")) && !here.machine().isEmpty()) {
            assertThat(here.isSame(again)).isTrue();
        }
        assertThat(here.isSame(ProcessIdentity.of(1))).isFalse();
    }

    @Test
    void the_same_number_in_another_container_after_a_restart_or_of_a_later_process_is_another_one()
            throws IOException {
        ProcessIdentity one = machine("m", "b", "pid:[1]", STAT);

        assertThat(one.started()).isEqualTo("4711");
        assertThat(one.isSame(machine("m", "b", "pid:[1]", STAT))).isTrue();
        assertThat(one.isSame(machine("n", "b", "pid:[1]", STAT))).isFalse();
        assertThat(one.isSame(machine("m", "c", "pid:[1]", STAT))).isFalse();
        assertThat(one.isSame(machine("m", "b", "pid:[2]", STAT))).isFalse();
        assertThat(one.isSame(machine("m", "b", "pid:[1]", STAT.replace("4711", "4712"))))
                .isFalse();
    }

    @ParameterizedTest
    @ValueSource(strings = {"etc/machine-id", "proc/sys/kernel/random/boot_id", "proc/self/ns/pid", "proc/7/stat"})
    void what_cannot_be_found_out_is_nobody_s(String file) throws IOException {
        machine("m", "b", "pid:[1]", STAT);
        Files.delete(root.resolve(file));

        ProcessIdentity lame = ProcessIdentity.of(root, "7", 7);

        assertThat(lame.isSame(lame)).isFalse();
    }

    @Test
    void files_of_another_namespace_tell_nothing_of_a_process() throws IOException {
        assertThat(machine("m", "b", "pid:[1]", STAT.replaceFirst("7", "8")).started())
                .isEmpty();
        assertThat(machine("m", "b", "pid:[1]", "7 (cut").started()).isEmpty();
    }

    private ProcessIdentity machine(String id, String boot, String namespace, String stat) throws IOException {
        for (String each : List.of("etc", "proc/sys/kernel/random", "proc/self/ns", "proc/7")) {
            Files.createDirectories(root.resolve(each));
        }
        Files.writeString(root.resolve("etc/machine-id"), id + "\n");
        Files.writeString(root.resolve("proc/sys/kernel/random/boot_id"), boot + "\n");
        Files.deleteIfExists(root.resolve("proc/self/ns/pid"));
        Files.createSymbolicLink(root.resolve("proc/self/ns/pid"), Path.of(namespace));
        Files.writeString(root.resolve("proc/7/stat"), stat);
        return ProcessIdentity.of(root, "7", 7);
    }
}
