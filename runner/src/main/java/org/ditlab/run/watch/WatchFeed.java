package org.ditlab.run.watch;

import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import org.ditlab.store.JsonFile;
import org.ditlab.store.StudyDirectory;
import org.ditlab.store.TrialDirectory;
import org.ditlab.store.TrialStatus;
import org.ditlab.study.StudyException;
import org.jspecify.annotations.Nullable;

/**
 * What the page is told of a study: JSON with all that changed since a token of an earlier answer. A token of another process,
 * or of another plan, gives everything.
 */
final class WatchFeed {
    private final StudyWatch watch;
    private final LossCurves curves;
    private final Map<String, Shown> shown = new LinkedHashMap<>();
    private String epoch = newEpoch();
    private long version;
    private StudyState state;

    /** A trial as it was last told, and since when it has been so. */
    private record Shown(Map<String, @Nullable Object> json, long version) {}

    WatchFeed(Path study) {
        this.watch = new StudyWatch(study);
        this.curves = new LossCurves(StudyDirectory.at(study), System::nanoTime);
        this.state = new StudyState("", 0, null, "", List.of(), List.of());
    }

    /** Where the study stands, with the trials that changed. */
    synchronized String study(@Nullable String token) throws IOException {
        Map<String, @Nullable Object> json = new LinkedHashMap<>();
        try {
            look();
            if (!state.problems().isEmpty()) {
                json.put("problem", String.join("; ", state.problems()));
            }
        } catch (StudyException | IOException e) {
            json.put("problem", String.valueOf(e.getMessage()));
        }
        long since = since(token);
        json.put("token", token());
        json.put("full", since == 0);
        json.put("study", state.name());
        json.put("percent", 100 * state.fraction());
        json.put("seconds_left", state.secondsLeft());
        json.put("command", state.command());
        Map<String, Object> counts = new LinkedHashMap<>();
        for (TrialStatus status : TrialStatus.values()) {
            counts.put(status.word(), state.count(status));
        }
        json.put("counts", counts);
        json.put("total", state.trials().size());
        json.put(
                "trials",
                shown.values().stream()
                        .filter(trial -> trial.version() > since)
                        .map(Shown::json)
                        .toList());
        return JsonFile.line(json);
    }

    /** The training curves that changed. */
    synchronized String curves(@Nullable String token) throws IOException {
        List<String> trainings = state.trials().stream()
                .map(TrialState::curve)
                .filter(id -> !id.isEmpty())
                .distinct()
                .toList();
        long since = since(token);
        LossCurves.Answer answer = curves.since(since, trainings);
        Map<String, Object> json = new LinkedHashMap<>();
        json.put("token", epoch + "." + answer.version());
        json.put("full", since == 0);
        json.put("more", answer.more());
        Map<String, Object> news = new LinkedHashMap<>();
        answer.curves().forEach((id, curve) -> {
            List<@Nullable Float> losses = new ArrayList<>();
            for (double loss : curve.losses()) {
                losses.add(Double.isFinite(loss) ? (Float) (float) loss : null);
            }
            news.put(id, Map.of("steps", curve.steps(), "losses", losses));
        });
        json.put("curves", news);
        return JsonFile.line(json);
    }

    /** The directory of a trial that the plan has. */
    synchronized Optional<TrialDirectory> trial(String id) throws IOException {
        look();
        return watch.trial(id);
    }

    /** The samples of a trial that the plan has. */
    synchronized Optional<Path> samples(String id) throws IOException {
        look();
        return watch.samples(id);
    }

    private void look() throws IOException {
        state = watch.look();
        List<String> ids = state.trials().stream().map(TrialState::id).toList();
        if (!List.copyOf(shown.keySet()).equals(ids) && !ids.containsAll(shown.keySet())) {
            shown.clear();
            epoch = newEpoch();
        }
        version++;
        int number = 0;
        for (TrialState trial : state.trials()) {
            Map<String, @Nullable Object> json = new LinkedHashMap<>(trial.columns());
            json.put("number", ++number);
            json.put("metrics", trial.shown());
            json.put("curve", trial.curve());
            json.put("samples", trial.samples());
            Shown before = shown.get(trial.id());
            if (before == null || !before.json().equals(json)) {
                shown.put(trial.id(), new Shown(json, version));
            }
        }
    }

    private String token() {
        return epoch + "." + version;
    }

    private long since(@Nullable String token) {
        if (token == null || !token.matches(epoch + "\\.[0-9]{1,18}")) {
            return 0;
        }
        return Long.parseLong(token.substring(epoch.length() + 1));
    }

    private static String newEpoch() {
        return UUID.randomUUID().toString().substring(0, 8);
    }
}
