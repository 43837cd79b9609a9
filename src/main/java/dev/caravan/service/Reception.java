package dev.caravan.service;

import dev.caravan.arrival.Arrivals;
import dev.caravan.arrival.Decision;
import dev.caravan.arrival.Standing;
import dev.caravan.base.Disk;
import dev.caravan.base.InvalidFileException;
import dev.caravan.base.NotReadyException;
import dev.caravan.run.NameTakenException;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.util.HashSet;
import java.util.List;
import java.util.Objects;
import java.util.Set;
import java.util.stream.Collectors;

/**
 * Answers what arrives: makes a run of it, or says why not. Each run is made under a name that is remembered before, and
 * looked for first, so that it is made once however often the process dies.
 */
final class Reception {
    private final Arrivals arrivals;
    private final Intake intake;
    private final Roster roster;
    private final Notices notices;
    private final Path pipelines;
    private final Set<String> told = new HashSet<>();
    private final Setbacks setbacks;

    Reception(Arrivals arrivals, Intake intake, Roster roster, Notices notices, Path pipelines) {
        this.arrivals = arrivals;
        this.intake = intake;
        this.roster = roster;
        this.notices = notices;
        this.pipelines = pipelines;
        setbacks = Setbacks.ofReading(notices);
    }

    List<Decision> look() {
        try {
            List<Decision> found = arrivals.look();
            told.remove("");
            return found;
        } catch (UncheckedIOException e) {
            trouble("", e);
            return List.of();
        }
    }

    void answer(Decision decision) {
        try {
            if (decision instanceof Decision.Question question) {
                ask(question);
                told.remove(question.name());
            } else {
                tell((Decision.Notice) decision);
            }
        } catch (UncheckedIOException e) {
            trouble(decision.name(), e);
        } catch (NameTakenException e) {
            if (told.add(decision.name())) {
                notices.tell(Notice.What.TROUBLE, decision.name(), e.getMessage() + "; it is tried again");
            }
        }
    }

    /** Told once for as long as it lasts; what is unanswered is asked again at the next look. */
    private void trouble(String name, UncheckedIOException e) {
        if (told.add(name)) {
            notices.tell(Notice.What.TROUBLE, name, "the disk refused: " + Disk.reason(e) + "; it is tried again");
        }
    }

    /** What is missing is nobody's fault who dropped something: it is asked again until it is there. */
    private void ask(Decision.Question question) {
        String name = question instanceof Decision.ItemsArrived items
                ? items.name() + "/inbox/" + items.file()
                : question.name();
        if (!setbacks.mayTry(name)) {
            return;
        }
        try {
            question(question);
            setbacks.over(name);
        } catch (NotReadyException e) {
            setbacks.met(name, e);
        }
    }

    private void question(Decision.Question question) {
        if (question instanceof Decision.Arrived arrived) {
            arrived(arrived);
        } else if (question instanceof Decision.Claimed claimed) {
            claimed(claimed);
        } else {
            items((Decision.ItemsArrived) question);
        }
    }

    private void arrived(Decision.Arrived arrived) {
        try {
            Intake.Checked checked = intake.check(arrived.folder(), "");
            if (checked.pipeline().schedule().isPresent()) {
                arrivals.ready(arrived.name(), arrived.digest());
                return;
            }
            intake.ready(checked.pipeline(), Wish.NONE);
            String run = intake.fresh(arrived.name(), claims());
            if (arrivals.claim(arrived.name(), arrived.digest(), run)) {
                intake.left(checked)
                        .forEach(each ->
                                notices.tell(Notice.What.JOB, each.folder().name(), each.text()));
                made(arrived.name(), run, checked);
            }
        } catch (NotReadyException e) {
            throw e;
        } catch (InvalidFileException e) {
            refuse(arrived.name(), arrived.digest(), e);
        }
    }

    /** Runs that were chosen and perhaps never made: nobody else may get their name. */
    private Set<String> claims() {
        return arrivals.standings().stream().map(Standing::run).collect(Collectors.toSet());
    }

    private void claimed(Decision.Claimed claimed) {
        try {
            if (intake.isMade(claimed.run()) && intake.isOurs(claimed.run())) {
                roster.take(intake.folder(claimed.run()));
                arrivals.started(claimed.name(), claimed.run());
            } else {
                if (!claimed.unchanged()) {
                    arrivals.ready(claimed.name(), claimed.digest());
                    notices.tell(Notice.What.READY, claimed.name(), "it changed before its run was made");
                    return;
                }
                made(claimed.name(), claimed.run(), intake.check(claimed.folder(), ""));
            }
        } catch (NotReadyException e) {
            throw e;
        } catch (InvalidFileException e) {
            refuse(claimed.name(), claimed.digest(), e);
        }
    }

    /** Under the claimed name; or, where a person's run got that one in the same moment, under the next that is free. */
    private void made(String name, String claimed, Intake.Checked checked) {
        String run = claimed;
        while (true) {
            try {
                roster.take(intake.make(checked, run));
                arrivals.started(name, run);
                return;
            } catch (NameTakenException e) {
                String other = intake.fresh(name, claims());
                if (!arrivals.reclaim(name, run, other)) {
                    return;
                }
                run = other;
            }
        }
    }

    private void refuse(String name, String digest, InvalidFileException e) {
        String reason = Objects.requireNonNullElse(e.getMessage(), "cannot be used");
        if (arrivals.refused(name, digest, reason)) {
            notices.tell(Notice.What.REFUSED, name, reason);
        }
    }

    private void items(Decision.ItemsArrived items) {
        Path folder = pipelines.resolve(items.name());
        String run = Intake.name(items.name(), items.id());
        try {
            if (!intake.isMade(run)) {
                intake.make(intake.check(folder, folder.relativize(items.path()).toString()), run);
            }
            roster.take(intake.folder(run));
            arrivals.taken(items.id());
        } catch (NotReadyException e) {
            throw e;
        } catch (InvalidFileException e) {
            String reason = Objects.requireNonNullElse(e.getMessage(), "cannot be used");
            arrivals.refusedItems(items.id(), reason);
            notices.tell(Notice.What.REFUSED, items.name() + "/inbox/" + items.file(), reason);
        }
    }

    private void tell(Decision.Notice notice) {
        if (notice instanceof Decision.Ready ready) {
            notices.tell(Notice.What.READY, ready.name(), why(ready.why()) + "; " + start(ready.name()));
        } else if (notice instanceof Decision.Changed changed) {
            notices.tell(Notice.What.CHANGED, changed.name(), "not started by itself; " + start(changed.name()));
        } else if (notice instanceof Decision.Removed removed) {
            notices.tell(Notice.What.REMOVED, removed.name(), "its runs go on");
        } else if (notice instanceof Decision.Unpacked unpacked) {
            notices.tell(Notice.What.UNPACKED, unpacked.name(), "into " + unpacked.folder());
        } else if (notice instanceof Decision.Refused refused) {
            notices.tell(Notice.What.REFUSED, refused.name(), refused.refusal().toString());
        }
    }

    private static String why(Decision.Why why) {
        return switch (why) {
            case WAS_THERE -> "was there before the service";
            case CAME_BACK -> "came back as it was";
            case MOVED -> "was there under another name";
        };
    }

    private String start(String name) {
        return "a person starts it: caravan run " + pipelines.resolve(name);
    }
}
