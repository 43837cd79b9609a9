package dev.caravan.arrival;

import dev.caravan.base.Disk;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.attribute.BasicFileAttributes;
import java.time.Instant;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.SortedMap;
import java.util.SortedSet;
import java.util.TreeSet;
import java.util.UUID;
import java.util.function.Consumer;

/**
 * Takes files of items out of the inboxes of usable pipelines. What is about to be taken is remembered first, then the
 * file is renamed: so only what was taken here is handed out, and not what was copied along with a folder.
 */
final class InboxArrivals {
    private static final String INBOX = TakenItems.INBOX;
    private static final Set<String> FORMATS = Set.of(".jsonl", ".json", ".yaml", ".yml", ".csv", ".tsv");
    private static final DateTimeFormatter STAMP =
            DateTimeFormatter.ofPattern("yyyyMMdd'T'HHmmss'Z'").withZone(ZoneOffset.UTC);

    private final Path pipelines;
    private final ArrivalMemory memory;
    private final HeldBack held;
    private final ArrivalLimits limits;
    private final Disk disk;
    private final SetAside aside;
    private final StabilityCheck quiet = new StabilityCheck();
    private final Set<String> seen = new HashSet<>();

    InboxArrivals(Path pipelines, ArrivalMemory memory, HeldBack held, ArrivalLimits limits, Disk disk) {
        this.pipelines = pipelines;
        this.memory = memory;
        this.held = held;
        this.limits = limits;
        this.disk = disk;
        aside = new SetAside(disk);
    }

    /** @param settled folders that are complete and at rest */
    void look(SortedMap<String, RestedFolder> settled, Instant now, Consumer<ArrivalDecision> out) {
        forgetLost();
        seen.clear();
        var wanted = new ArrayList<TakenItems>();
        for (String name : settled.keySet()) {
            FolderRecord standing = memory.state().pipelines().get(name);
            if (standing != null && standing.phase() != ArrivalPhase.SEEN && standing.phase() != ArrivalPhase.REFUSED) {
                wanted.addAll(files(name, now, out));
            }
        }
        quiet.keep(seen);
        take(wanted.subList(0, Math.min(wanted.size(), limits.itemsPerLook())), out);
        for (TakenItems each : memory.state().items().values()) {
            Path claimed = each.claimed(pipelines);
            if (Files.exists(claimed, LinkOption.NOFOLLOW_LINKS)) {
                out.accept(new ArrivalDecision.ItemsArrived(each.pipeline(), each.id(), each.file(), claimed));
            }
        }
    }

    /** What was remembered and never taken lies in the inbox still, and is taken anew; a whole folder may come back. */
    private void forgetLost() {
        ArrivalState draft = memory.draft();
        draft.items().values().removeIf(each -> {
            Path claimed = each.claimed(pipelines);
            boolean folder = Files.isDirectory(pipelines.resolve(each.pipeline()));
            return folder
                    ? !Files.exists(claimed, LinkOption.NOFOLLOW_LINKS)
                    : !draft.pipelines().containsKey(each.pipeline());
        });
        memory.keep(draft);
    }

    private List<TakenItems> files(String pipeline, Instant now, Consumer<ArrivalDecision> out) {
        Path inbox = pipelines.resolve(pipeline).resolve(INBOX);
        if (!Files.isDirectory(inbox, LinkOption.NOFOLLOW_LINKS)) {
            return List.of();
        }
        var found = new ArrayList<TakenItems>();
        try {
            SortedSet<String> files = names(inbox);
            if (!files.isEmpty() && leadsOut(pipeline, inbox, out)) {
                return List.of();
            }
            for (String file : files) {
                look(pipeline, inbox.resolve(file), file, now, out, found);
            }
        } catch (UncheckedIOException e) {
            trouble(pipeline, INBOX, e, out);
        }
        return found;
    }

    /** Files are not moved through a link that came with the folder. */
    private boolean leadsOut(String pipeline, Path inbox, Consumer<ArrivalDecision> out) {
        for (String each : List.of(".claimed", ".done", ".refused")) {
            if (Files.isSymbolicLink(inbox.resolve(each))) {
                link(pipeline, INBOX + "/" + each, out);
                return true;
            }
        }
        return false;
    }

    /** One inbox that the disk will not serve keeps nobody else's waiting. */
    private void trouble(String pipeline, String place, UncheckedIOException e, Consumer<ArrivalDecision> out) {
        String key = pipeline + "/" + place;
        quiet.forget(key);
        var refusal = new ArrivalRefusal(
                ArrivalRefusal.Kind.DISK,
                pipeline,
                place,
                Disk.reason(e),
                "let the service read and write there; it tries again");
        held.trouble(key, pipeline, refusal, out);
    }

    private void link(String pipeline, String place, Consumer<ArrivalDecision> out) {
        var refusal = new ArrivalRefusal(
                ArrivalRefusal.Kind.LINK, pipeline, place, "is a symbolic link", "put the file or folder itself there");
        held.trouble(pipeline + "/" + place, pipeline, refusal, out);
    }

    private static SortedSet<String> names(Path inbox) {
        var names = new TreeSet<String>();
        try (DirectoryStream<Path> all = Files.newDirectoryStream(inbox)) {
            for (Path each : all) {
                String name = String.valueOf(each.getFileName());
                if (!name.startsWith(".") && !FolderListing.unfinished(name)) {
                    names.add(name);
                }
            }
            return names;
        } catch (NoSuchFileException e) {
            return names;
        } catch (IOException e) {
            throw new UncheckedIOException("cannot list " + inbox, e);
        }
    }

    private void look(
            String pipeline,
            Path path,
            String file,
            Instant now,
            Consumer<ArrivalDecision> out,
            List<TakenItems> found) {
        String place = INBOX + "/" + file;
        String key = pipeline + "/" + place;
        BasicFileAttributes attributes;
        try {
            attributes = Files.readAttributes(path, BasicFileAttributes.class, LinkOption.NOFOLLOW_LINKS);
        } catch (IOException e) {
            return;
        }
        if (attributes.isSymbolicLink()) {
            link(pipeline, place, out);
            return;
        }
        if (!attributes.isRegularFile()) {
            held.trouble(key, pipeline, noFile(pipeline, place), out);
            return;
        }
        seen.add(key);
        boolean rests = quiet.holds(key, FolderListing.Stamp.of(attributes), limits.quiet(), now);
        if (attributes.size() == 0) {
            held.back(key, "is empty");
        } else if (!rests) {
            held.back(key, "has not been at rest for " + limits.quiet().toMillis() + " ms");
        } else if (!FORMATS.contains(TakenItems.ending(file))) {
            ArrivalRefusal refusal = wrongFormat(pipeline, place);
            aside.refuse(path, path.resolveSibling(".refused"), file, refusal);
            out.accept(new ArrivalDecision.Refused(pipeline, refusal));
        } else {
            String id = STAMP.format(now) + "-" + UUID.randomUUID().toString().substring(0, 8);
            found.add(new TakenItems(id, pipeline, file, now));
        }
    }

    private static ArrivalRefusal noFile(String pipeline, String place) {
        return new ArrivalRefusal(
                ArrivalRefusal.Kind.SPECIAL, pipeline, place, "is no file", "put files of items straight into inbox/");
    }

    private static ArrivalRefusal wrongFormat(String pipeline, String place) {
        return new ArrivalRefusal(
                ArrivalRefusal.Kind.FORMAT,
                pipeline,
                place,
                "is no file of items",
                "its name must end in .jsonl, .json, .yaml, .yml, .csv or .tsv");
    }

    private void take(List<TakenItems> items, Consumer<ArrivalDecision> out) {
        ArrivalState draft = memory.draft();
        items.forEach(each -> draft.items().put(each.id(), each));
        memory.keep(draft);
        for (TakenItems each : items) {
            Path dropped = each.inbox(pipelines).resolve(each.file());
            try {
                if (Files.exists(dropped, LinkOption.NOFOLLOW_LINKS)) {
                    disk.createDirectories(each.inbox(pipelines).resolve(".claimed"));
                    disk.rename(dropped, each.claimed(pipelines));
                }
            } catch (UncheckedIOException e) {
                trouble(each.pipeline(), INBOX + "/" + each.file(), e, out);
            }
        }
    }

    /** The work on an item is done: its file is put away, then it is forgotten. */
    void done(String id) {
        TakenItems item = memory.state().items().get(id);
        if (item != null) {
            Path claimed = item.claimed(pipelines);
            if (Files.exists(claimed, LinkOption.NOFOLLOW_LINKS)) {
                aside.move(claimed, item.inbox(pipelines).resolve(".done"), item.kept());
            }
            forget(id);
        }
    }

    void refuse(String id, String reason) {
        TakenItems item = memory.state().items().get(id);
        if (item != null) {
            Path claimed = item.claimed(pipelines);
            if (Files.exists(claimed, LinkOption.NOFOLLOW_LINKS)) {
                var refusal = new ArrivalRefusal(
                        ArrivalRefusal.Kind.CONTENT,
                        item.pipeline(),
                        INBOX + "/" + item.file(),
                        reason,
                        "mend it and drop it again");
                aside.refuse(claimed, item.inbox(pipelines).resolve(".refused"), item.file(), refusal);
            }
            forget(id);
        }
    }

    private void forget(String id) {
        ArrivalState draft = memory.draft();
        draft.items().remove(id);
        memory.keep(draft);
    }
}
