package org.ditlab.run.benchmark;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;
import org.ditlab.knob.Knob;
import org.ditlab.knob.Setting;
import org.ditlab.model.ArchitectureKnobs;
import org.ditlab.model.ModelCost;
import org.ditlab.study.Axis;
import org.ditlab.study.Change;
import org.ditlab.study.Study;
import org.ditlab.study.StudySpec;
import org.ditlab.study.plan.Plan;
import org.ditlab.study.plan.PlanTable;
import org.ditlab.study.plan.Planner;
import org.ditlab.study.spi.UserFiles;
import org.ditlab.train.TrainKnobs;

/**
 * Times what planning takes: a grid of 20 architectures and as many recipes as the trials need, with five seeds each. The first
 * round is cold (classes are loaded, nothing is compiled), the others warm.
 */
public final class PlanBenchmark {
    private static final int ROUNDS = 6;
    private static final int SEEDS = 5;
    private static final List<Integer> WIDTHS = List.of(96, 144, 192, 240);
    private static final List<Integer> DEPTHS = List.of(2, 3, 4, 5, 6);

    private final int trials;

    /**
     * One line of the table.
     *
     * @param cold seconds of the first round
     * @param warm median seconds of the others
     */
    public record Row(String what, double cold, double warm) {}

    /** @param trials at least as many are planned */
    public PlanBenchmark(int trials) {
        this.trials = trials;
    }

    /** The study that is planned. */
    public StudySpec study() {
        int recipes = Math.max(1, (int) Math.ceil(trials / (double) (SEEDS * WIDTHS.size() * DEPTHS.size())));
        Change[] rates = IntStream.range(0, recipes)
                .mapToObj(i -> Study.variant("recipe " + i, TrainKnobs.LEARNING_RATE.to(1e-5 * (i + 1))))
                .toArray(Change[]::new);
        return Study.named("benchmark")
                .base("DiT-S/4")
                .grid(
                        Study.over("recipe", rates),
                        over(ArchitectureKnobs.WIDTH, WIDTHS),
                        over(ArchitectureKnobs.DEPTH, DEPTHS))
                .seeds(SEEDS)
                .spec();
    }

    private static <V> Axis over(Knob<V> knob, List<V> values) {
        return new Axis.Values(knob, values.stream().<Setting<?>>map(knob::to).toList());
    }

    /** Measures. */
    public List<Row> rows() {
        Map<String, List<Double>> seconds = new LinkedHashMap<>();
        for (int round = 0; round < ROUNDS; round++) {
            round((what, value) ->
                    seconds.computeIfAbsent(what, name -> new ArrayList<>()).add(value));
        }
        List<Row> rows = new ArrayList<>();
        seconds.forEach((what, values) -> {
            double[] warm =
                    values.stream().skip(1).mapToDouble(Double::doubleValue).toArray();
            Arrays.sort(warm);
            rows.add(new Row(what, values.get(0), warm[warm.length / 2]));
        });
        return rows;
    }

    private interface Found {
        void put(String what, double seconds);
    }

    private void round(Found found) {
        long start = System.nanoTime();
        StudySpec spec = study();
        found.put("check the study", since(start));
        start = System.nanoTime();
        int variants = spec.expansion().variants().size();
        found.put("expand " + variants + " variants", since(start));
        long[] tracing = new long[2];
        start = System.nanoTime();
        Plan plan = Planner.installed(UserFiles.NONE)
                .cost(settings -> {
                    long from = System.nanoTime();
                    ModelCost cost = ModelCost.of(settings);
                    tracing[0] += System.nanoTime() - from;
                    tracing[1]++;
                    return cost;
                })
                .plan(spec);
        double whole = since(start);
        found.put("trace " + tracing[1] + " architectures", tracing[0] / 1e9);
        found.put(
                "resolve and hash " + plan.trials().size() + " trials of "
                        + plan.stages().size() + " stages",
                whole - tracing[0] / 1e9);
        found.put("plan, all of these", whole);
        start = System.nanoTime();
        int length = new PlanTable(plan).text().length();
        found.put("write the table, " + length / 1000 + " kB", since(start));
    }

    private static double since(long start) {
        return (System.nanoTime() - start) / 1e9;
    }
}
