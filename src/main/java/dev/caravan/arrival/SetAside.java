package dev.caravan.arrival;

import dev.caravan.base.Disk;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;

/** Moves what was dealt with out of the way, to where a person finds it. Never over something that lies there. */
final class SetAside {
    private final Disk disk;

    SetAside(Disk disk) {
        this.disk = disk;
    }

    void move(Path file, Path into, String name) {
        disk.createDirectories(into);
        disk.rename(file, into.resolve(free(into, name)));
    }

    /** With a text beside it that says why, written first. */
    void refuse(Path file, Path into, String name, ArrivalRefusal refusal) {
        disk.createDirectories(into);
        String free = free(into, name);
        disk.replace(into.resolve(free + ".txt"), refusal.page().getBytes(StandardCharsets.UTF_8));
        disk.rename(file, into.resolve(free));
    }

    private static String free(Path into, String name) {
        String ending = TakenItems.ending(name);
        String stem = name.substring(0, name.length() - ending.length());
        String free = name;
        for (int i = 2; Files.exists(into.resolve(free), LinkOption.NOFOLLOW_LINKS); i++) {
            free = stem + "-" + i + ending;
        }
        return free;
    }
}
