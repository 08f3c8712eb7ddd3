package org.ditlab.run.watch;

import java.io.IOException;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.LongSupplier;
import org.ditlab.store.StudyDirectory;

/**
 * The training curves of a study, handed out piece by piece: only those that changed since an earlier answer, and no more than
 * a page takes at once. A training that several trials share is one curve.
 */
final class LossCurves {
    /** Points of one curve at most; fewer where there are many curves. */
    static final int POINTS = 500;

    private static final int FEWEST = 100;
    private static final int ALL_POINTS = 50_000;

    /** So many points make one answer, of about half a megabyte. */
    private static final int ANSWER = 30_000;

    private static final long READING_NANOS = 300_000_000L;

    private final StudyDirectory study;
    private final LongSupplier nanoTime;
    private final Map<String, Entry> entries = new LinkedHashMap<>();
    private long version;

    LossCurves(StudyDirectory study, LongSupplier nanoTime) {
        this.study = study;
        this.nanoTime = nanoTime;
    }

    /**
     * What changed.
     *
     * @param version what to ask from next time
     * @param more whether there is more already
     * @param curves by the training's id: {@code steps} and {@code losses}
     */
    record Answer(long version, boolean more, Map<String, Curve> curves) {}

    /** Points of one training. */
    record Curve(long[] steps, double[] losses) {}

    /** The curves of these trainings that changed after {@code since}, an earlier answer's version or 0. */
    Answer since(long since, List<String> trainings) throws IOException {
        boolean unread = readOn(trainings);
        List<Entry> news = entries.values().stream()
                .filter(entry -> entry.version > since)
                .sorted(Comparator.comparingLong(entry -> entry.version))
                .toList();
        Map<String, Curve> curves = new LinkedHashMap<>();
        long reached = Math.min(since, version);
        int points = 0;
        for (Entry entry : news) {
            if (points > ANSWER) {
                return new Answer(reached, true, curves);
            }
            Curve curve = new Curve(entry.curve.steps(), entry.curve.losses());
            points += curve.steps().length;
            curves.put(entry.id, curve);
            reached = entry.version;
        }
        return new Answer(reached, unread, curves);
    }

    /** Reads what trainings have written, as long as an answer may take; true when the time did not suffice. */
    private boolean readOn(List<String> trainings) throws IOException {
        int limit = Math.max(FEWEST, Math.min(POINTS, ALL_POINTS / Math.max(1, trainings.size())));
        for (String id : trainings) {
            entries.computeIfAbsent(id, name -> new Entry(name, new LossCurve(study.stage(name), limit)));
        }
        long begin = nanoTime.getAsLong();
        // Those that were looked at longest ago come first, so that each has its turn.
        List<Entry> open = new ArrayList<>(entries.values().stream()
                .filter(entry -> !entry.curve.finished())
                .toList());
        open.sort(Comparator.comparingLong(entry -> entry.looked));
        for (Entry entry : open) {
            if (nanoTime.getAsLong() - begin > READING_NANOS) {
                return true;
            }
            entry.looked = nanoTime.getAsLong();
            if (entry.curve.advance()) {
                entry.version = ++version;
            }
        }
        return false;
    }

    private static final class Entry {
        private final String id;
        private final LossCurve curve;
        private long version;
        private long looked = Long.MIN_VALUE;

        Entry(String id, LossCurve curve) {
            this.id = id;
            this.curve = curve;
        }
    }
}
