package org.ditlab.run.estimate;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.ditlab.study.plan.StageKind;

/**
 * Seconds of pieces of work from what others took on the same engine: those of the study itself before all that the machine
 * remembers, equal work before other sizes, and where nothing of a kind was measured, the rate of the largest piece of training or sampling.
 */
final class TimeModel {
    /** Of equal work, so many of the newest count: machines and versions change. */
    private static final int NEWEST = 5;

    private final Map<Kind, Sizes> own = new HashMap<>();
    private final Map<Kind, Sizes> all = new HashMap<>();
    private final double secondsPerMac;

    /** Where an estimate comes from, the best first. */
    enum Source {
        OWN("this study's own stages"),
        MACHINE("equal work on this machine"),
        OWN_SCALED("other variants of this study by their GMACs"),
        MACHINE_SCALED("other work on this machine by its GMACs"),
        RATE("the rate of other stages");

        private final String words;

        Source(String words) {
            this.words = words;
        }

        String words() {
            return words;
        }
    }

    /** An estimate of one piece. */
    record Guess(double seconds, Source source) {}

    /** What has a curve of its own. */
    private record Kind(StageKind kind, String precision) {
        static Kind of(Work work) {
            return new Kind(work.kind(), work.precision());
        }
    }

    private record Size(String architecture, int batch, double macs) {
        static Size of(Work work) {
            return new Size(work.architecture(), work.batch(), work.macs());
        }
    }

    /** Measurements of one kind. */
    private static final class Sizes {
        private final Map<Size, List<Double>> seconds = new LinkedHashMap<>();

        void add(Throughput row) {
            seconds.computeIfAbsent(Size.of(row.work()), size -> new ArrayList<>())
                    .add(row.seconds());
        }

        Optional<Double> equal(Work work) {
            return Optional.ofNullable(seconds.get(Size.of(work))).map(TimeModel::newest);
        }

        boolean severalSizes() {
            return seconds.keySet().stream().mapToDouble(Size::macs).distinct().count() > 1;
        }

        double scaled(double macs) {
            List<TimeCurve.Point> points = new ArrayList<>();
            seconds.forEach((size, measured) -> points.add(new TimeCurve.Point(size.macs, newest(measured))));
            return new TimeCurve(points).seconds(macs);
        }
    }

    /**
     * From measurements of one engine.
     *
     * @param study in this study
     * @param machine in any, the newest last
     */
    TimeModel(List<Throughput> study, List<Throughput> machine) {
        study.forEach(row ->
                own.computeIfAbsent(Kind.of(row.work()), kind -> new Sizes()).add(row));
        machine.forEach(row ->
                all.computeIfAbsent(Kind.of(row.work()), kind -> new Sizes()).add(row));
        study.forEach(row ->
                all.computeIfAbsent(Kind.of(row.work()), kind -> new Sizes()).add(row));
        secondsPerMac = (study.isEmpty() ? machine : study)
                .stream()
                        .filter(row -> !row.work().precision().isEmpty())
                        .max(Comparator.comparingDouble(row -> row.work().macs()))
                        .map(row -> row.seconds() / row.work().macs())
                        .orElse(Double.NaN);
    }

    /** Seconds of one piece; empty where nothing is known. */
    Optional<Guess> of(Work work) {
        Kind kind = Kind.of(work);
        Sizes study = own.getOrDefault(kind, new Sizes());
        Sizes machine = all.getOrDefault(kind, new Sizes());
        Optional<Guess> equal = study.equal(work)
                .map(seconds -> new Guess(seconds, Source.OWN))
                .or(() -> machine.equal(work).map(seconds -> new Guess(seconds, Source.MACHINE)));
        if (equal.isPresent()) {
            return equal;
        }
        if (study.severalSizes()) {
            return Optional.of(new Guess(study.scaled(work.macs()), Source.OWN_SCALED));
        }
        if (!machine.seconds.isEmpty()) {
            boolean ours = !study.seconds.isEmpty() && machine.seconds.size() == study.seconds.size();
            return Optional.of(
                    new Guess(machine.scaled(work.macs()), ours ? Source.OWN_SCALED : Source.MACHINE_SCALED));
        }
        return Double.isNaN(secondsPerMac)
                ? Optional.empty()
                : Optional.of(new Guess(secondsPerMac * work.macs(), Source.RATE));
    }

    private static double newest(List<Double> measured) {
        return Median.of(measured.subList(Math.max(0, measured.size() - NEWEST), measured.size()).stream()
                .mapToDouble(Double::doubleValue)
                .toArray());
    }
}
