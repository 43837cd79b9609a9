package dev.caravan.base;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Runs lie on a disk of this machine, unless the operator says otherwise. */
class NetworkDiskTest {
    @TempDir
    Path folder;

    private Path runs;
    private Path mounts;

    @BeforeEach
    void mount() throws IOException {
        runs = Files.createDirectories(folder.toRealPath().resolve("team share/runs"));
        mounts = folder.resolve("mountinfo");
    }

    private void mounted(String type) throws IOException {
        String share = RealDisk.parent(runs).toString().replace(" ", "\\040");
        Files.writeString(
                mounts,
                "21 1 8:1 / / rw,relatime - ext4 /dev/root rw\n"
                        + "35 21 0:44 / " + share + " rw shared:9 - autofs systemd-1 rw\n"
                        + "36 35 0:45 / " + share + " rw,nosuid shared:7 master:2 - " + type
                        + " host:/export rw,vers=4\n"
                        + "37 21 0:46 / " + share + "s rw - tmpfs tmpfs rw\n"
                        + "a line that is none\n");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {"nfs", "nfs4", "cifs", "smb3", "9p", "fuse.sshfs", "fuse.s3fs", "ceph", "glusterfs", "virtiofs"})
    void a_network_disk_is_refused_with_its_type_and_the_word_that_allows_it(String type) throws IOException {
        mounted(type);

        assertThatThrownBy(() -> NetworkDisk.refuse(runs, mounts, ""))
                .isInstanceOf(UserMistakeException.class)
                .hasMessageContaining("network disk (" + type + ")")
                .hasMessageContaining("CARAVAN_NETWORK_DISK=allow");
        assertThatThrownBy(() -> NetworkDisk.refuse(runs, mounts, "yes")).hasMessageContaining("not 'yes'");
        assertThatCode(() -> NetworkDisk.refuse(runs, mounts, "allow")).doesNotThrowAnyException();
        assertThatCode(() -> NetworkDisk.refuse(folder, mounts, "")).doesNotThrowAnyException();
    }

    @ParameterizedTest
    @ValueSource(strings = {"ext4", "xfs", "btrfs", "zfs", "overlay", "tmpfs", "fuseblk", "apfs"})
    void a_disk_of_this_machine_is_taken(String type) throws IOException {
        mounted(type);

        assertThat(NetworkDisk.type(runs, mounts)).isEqualTo(type);
        assertThatCode(() -> NetworkDisk.refuse(runs, mounts, "")).doesNotThrowAnyException();
    }

    @Test
    void without_a_list_of_mounts_the_disk_itself_is_asked() throws IOException {
        assertThat(NetworkDisk.type(runs, folder.resolve("none")))
                .isEqualTo(Files.getFileStore(runs).type());
    }
}
