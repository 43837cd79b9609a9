package dev.caravan.arrival;

import dev.caravan.base.PlainText;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.zip.ZipEntry;
import org.jspecify.annotations.Nullable;

/**
 * Where the entries of a zip file go, once it is clear that none leads anywhere else.
 *
 * @param folder the name of the folder to be
 */
record ZipPlan(String folder, List<Member> members) {
    private static final int LONGEST_NAME = 200;
    private static final int DEEPEST = 30;

    /** @param path below the folder, with {@code /}; never absolute, never climbing */
    record Member(ZipEntry entry, String path) {
        String first() {
            int slash = path.indexOf('/');
            return slash < 0 ? path : path.substring(0, slash);
        }
    }

    static ZipPlan of(String zip, Iterable<? extends ZipEntry> entries) throws ArrivalRefusedException {
        var members = new ArrayList<Member>();
        Map<String, Boolean> taken = new HashMap<>();
        for (ZipEntry each : entries) {
            String path = path(zip, each.getName());
            if (!path.isEmpty() && !path.startsWith("__MACOSX/") && !path.equals("__MACOSX")) {
                take(zip, path, each.isDirectory(), taken);
                members.add(new Member(each, path));
            }
        }
        return named(zip, members);
    }

    private static ArrivalRefusedException refused(
            String zip, ArrivalRefusal.Kind kind, String place, String wrong, String right) {
        return new ArrivalRefusedException(new ArrivalRefusal(kind, zip, place, wrong, right));
    }

    /** The path without empty and {@code .} parts; what leads out is refused, not mended. */
    private static String path(String zip, String name) throws ArrivalRefusedException {
        String shown = PlainText.line(name);
        String right = "pack it so that paths are relative, with / between their parts";
        String leadsOut = leadsOut(name);
        if (leadsOut != null) {
            throw refused(zip, ArrivalRefusal.Kind.LEADS_OUT, shown, leadsOut, right);
        }
        if (name.chars().anyMatch(Character::isISOControl)) {
            throw refused(
                    zip,
                    ArrivalRefusal.Kind.NAME,
                    shown,
                    "has a control character in its name",
                    "give it another name");
        }
        var parts = new ArrayList<String>();
        for (String part : name.split("/", -1)) {
            if (part.equals("..")) {
                throw refused(zip, ArrivalRefusal.Kind.LEADS_OUT, shown, "leads out of the folder by ..", right);
            }
            if (part.getBytes(StandardCharsets.UTF_8).length > LONGEST_NAME) {
                throw refused(
                        zip,
                        ArrivalRefusal.Kind.NAME,
                        shown,
                        "has too long a name",
                        "at most " + LONGEST_NAME + " bytes");
            }
            if (!part.isEmpty() && !part.equals(".")) {
                parts.add(part);
            }
        }
        if (parts.size() > DEEPEST) {
            throw refused(
                    zip, ArrivalRefusal.Kind.NAME, shown, "lies too deep", "at most " + DEEPEST + " folders deep");
        }
        return String.join("/", parts);
    }

    /** Why a path as a whole would not lie in the folder; null where it may. */
    private static @Nullable String leadsOut(String name) {
        if (name.startsWith("/")) {
            return "is an absolute path";
        }
        if (name.indexOf('\\') >= 0) {
            return "has a backslash in it";
        }
        return name.matches("(?s)[A-Za-z]:.*") ? "begins with a drive letter" : null;
    }

    /** No two entries may come to one place, nor to two that some disks take for one; folders may be named twice. */
    private static void take(String zip, String path, boolean folder, Map<String, Boolean> taken)
            throws ArrivalRefusedException {
        String small = path.toLowerCase(Locale.ROOT);
        for (int slash = small.indexOf('/'); slash > 0; slash = small.indexOf('/', slash + 1)) {
            if (!taken.merge(small.substring(0, slash), true, Boolean::logicalAnd)) {
                throw duplicate(zip, path);
            }
        }
        Boolean before = taken.put(small, folder);
        if (before != null && !(before && folder)) {
            throw duplicate(zip, path);
        }
    }

    private static ArrivalRefusedException duplicate(String zip, String path) {
        return refused(
                zip,
                ArrivalRefusal.Kind.DUPLICATE,
                path,
                "is there twice, or is a file and a folder",
                "pack each file once");
    }

    /** After the single top folder if that holds the pipeline, else after the zip file. */
    private static ZipPlan named(String zip, List<Member> members) throws ArrivalRefusedException {
        String folder = zip.substring(0, zip.length() - ".zip".length());
        List<Member> placed = members;
        if (!holdsConfig(members)
                && members.stream().map(Member::first).distinct().count() == 1) {
            folder = members.get(0).first();
            int skipped = folder.length() + 1;
            placed = members.stream()
                    .filter(each -> each.path().length() > skipped)
                    .map(each -> new Member(each.entry(), each.path().substring(skipped)))
                    .toList();
        }
        if (!holdsConfig(placed)) {
            throw refused(
                    zip,
                    ArrivalRefusal.Kind.NO_CONFIG,
                    "",
                    "has no config.yaml",
                    "pack a pipeline's folder, with config.yaml at its top");
        }
        String wrong = FolderListing.wrongName(folder);
        if (!wrong.isEmpty()) {
            throw refused(zip, ArrivalRefusal.Kind.NAME, "", wrong, FolderListing.RIGHT_NAME);
        }
        return new ZipPlan(folder, placed);
    }

    private static boolean holdsConfig(List<Member> members) {
        return members.stream()
                .anyMatch(each ->
                        each.path().equals("config.yaml") && !each.entry().isDirectory());
    }
}
