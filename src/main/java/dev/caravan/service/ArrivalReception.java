package dev.caravan.service;

import dev.caravan.arrival.ArrivalDecision;
import dev.caravan.arrival.ArrivalWatcher;
import dev.caravan.arrival.FolderRecord;
import dev.caravan.base.Disk;
import dev.caravan.base.NotReadyException;
import dev.caravan.base.UserMistakeException;
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
final class ArrivalReception {
    private final ArrivalWatcher arrivals;
    private final PipelineIntake intake;
    private final ServiceRoster roster;
    private final NoticeSink notices;
    private final Path pipelines;
    private final Set<String> told = new HashSet<>();
    private final TroubleMemory setbacks;

    ArrivalReception(
            ArrivalWatcher arrivals, PipelineIntake intake, ServiceRoster roster, NoticeSink notices, Path pipelines) {
        this.arrivals = arrivals;
        this.intake = intake;
        this.roster = roster;
        this.notices = notices;
        this.pipelines = pipelines;
        setbacks = TroubleMemory.ofReading(notices);
    }

    List<ArrivalDecision> look() {
        try {
            List<ArrivalDecision> found = arrivals.look();
            told.remove("");
            return found;
        } catch (UncheckedIOException e) {
            trouble("", e);
            return List.of();
        }
    }

    void answer(ArrivalDecision decision) {
        try {
            if (decision instanceof ArrivalDecision.Question question) {
                ask(question);
                told.remove(question.name());
            } else {
                tell((ArrivalDecision.Notice) decision);
            }
        } catch (UncheckedIOException e) {
            trouble(decision.name(), e);
        } catch (NameTakenException e) {
            if (told.add(decision.name())) {
                notices.tell(ServiceNotice.What.TROUBLE, decision.name(), e.getMessage() + "; it is tried again");
            }
        }
    }

    /** Told once for as long as it lasts; what is unanswered is asked again at the next look. */
    private void trouble(String name, UncheckedIOException e) {
        if (told.add(name)) {
            notices.tell(
                    ServiceNotice.What.TROUBLE, name, "the disk refused: " + Disk.reason(e) + "; it is tried again");
        }
    }

    /** What is missing is nobody's fault who dropped something: it is asked again until it is there. */
    private void ask(ArrivalDecision.Question question) {
        String name = question instanceof ArrivalDecision.ItemsArrived items
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

    private void question(ArrivalDecision.Question question) {
        if (question instanceof ArrivalDecision.Arrived arrived) {
            arrived(arrived);
        } else if (question instanceof ArrivalDecision.Claimed claimed) {
            claimed(claimed);
        } else {
            items((ArrivalDecision.ItemsArrived) question);
        }
    }

    private void arrived(ArrivalDecision.Arrived arrived) {
        try {
            PipelineIntake.Checked checked = intake.check(arrived.folder(), "");
            if (checked.pipeline().schedule().isPresent()) {
                arrivals.ready(arrived.name(), arrived.digest());
                return;
            }
            intake.ready(checked.pipeline(), StartRequest.NONE);
            String run = intake.fresh(arrived.name(), claims());
            if (arrivals.claim(arrived.name(), arrived.digest(), run)) {
                intake.left(checked)
                        .forEach(each -> notices.tell(
                                ServiceNotice.What.JOB, each.folder().name(), each.text()));
                made(arrived.name(), run, checked);
            }
        } catch (NotReadyException e) {
            throw e;
        } catch (UserMistakeException e) {
            refuse(arrived.name(), arrived.digest(), e);
        }
    }

    /** Runs that were chosen and perhaps never made: nobody else may get their name. */
    private Set<String> claims() {
        return arrivals.standings().stream().map(FolderRecord::run).collect(Collectors.toSet());
    }

    private void claimed(ArrivalDecision.Claimed claimed) {
        try {
            if (intake.isMade(claimed.run()) && intake.isOurs(claimed.run())) {
                roster.take(intake.folder(claimed.run()));
                arrivals.started(claimed.name(), claimed.run());
            } else {
                if (!claimed.unchanged()) {
                    arrivals.ready(claimed.name(), claimed.digest());
                    notices.tell(ServiceNotice.What.READY, claimed.name(), "it changed before its run was made");
                    return;
                }
                made(claimed.name(), claimed.run(), intake.check(claimed.folder(), ""));
            }
        } catch (NotReadyException e) {
            throw e;
        } catch (UserMistakeException e) {
            refuse(claimed.name(), claimed.digest(), e);
        }
    }

    /** Under the claimed name; or, where a person's run got that one in the same moment, under the next that is free. */
    private void made(String name, String claimed, PipelineIntake.Checked checked) {
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

    private void refuse(String name, String digest, UserMistakeException e) {
        String reason = Objects.requireNonNullElse(e.getMessage(), "cannot be used");
        if (arrivals.refused(name, digest, reason)) {
            notices.tell(ServiceNotice.What.REFUSED, name, reason);
        }
    }

    private void items(ArrivalDecision.ItemsArrived items) {
        Path folder = pipelines.resolve(items.name());
        String run = PipelineIntake.name(items.name(), items.id());
        try {
            if (!intake.isMade(run)) {
                intake.make(intake.check(folder, folder.relativize(items.path()).toString()), run);
            }
            roster.take(intake.folder(run));
            arrivals.taken(items.id());
        } catch (NotReadyException e) {
            throw e;
        } catch (UserMistakeException e) {
            String reason = Objects.requireNonNullElse(e.getMessage(), "cannot be used");
            arrivals.refusedItems(items.id(), reason);
            notices.tell(ServiceNotice.What.REFUSED, items.name() + "/inbox/" + items.file(), reason);
        }
    }

    private void tell(ArrivalDecision.Notice notice) {
        if (notice instanceof ArrivalDecision.Ready ready) {
            notices.tell(ServiceNotice.What.READY, ready.name(), why(ready.why()) + "; " + start(ready.name()));
        } else if (notice instanceof ArrivalDecision.Changed changed) {
            notices.tell(ServiceNotice.What.CHANGED, changed.name(), "not started by itself; " + start(changed.name()));
        } else if (notice instanceof ArrivalDecision.Removed removed) {
            notices.tell(ServiceNotice.What.REMOVED, removed.name(), "its runs go on");
        } else if (notice instanceof ArrivalDecision.Unpacked unpacked) {
            notices.tell(ServiceNotice.What.UNPACKED, unpacked.name(), "into " + unpacked.folder());
        } else if (notice instanceof ArrivalDecision.Refused refused) {
            notices.tell(
                    ServiceNotice.What.REFUSED,
                    refused.name(),
                    refused.refusal().toString());
        }
    }

    private static String why(ArrivalDecision.Why why) {
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
