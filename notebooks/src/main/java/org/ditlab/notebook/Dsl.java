package org.ditlab.notebook;

import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.ServiceLoader;
import java.util.function.Function;
import org.ditlab.chart.Chart;
import org.ditlab.chart.SampleGrid;
import org.ditlab.chart.StudyCharts;
import org.ditlab.command.Reporter;
import org.ditlab.command.StudyReference;
import org.ditlab.finding.Finding;
import org.ditlab.finding.Findings;
import org.ditlab.knob.Knob;
import org.ditlab.knob.Setting;
import org.ditlab.knob.Settings;
import org.ditlab.metric.evaluation.EvaluationResult;
import org.ditlab.model.ModelCost;
import org.ditlab.model.ModelZoo;
import org.ditlab.model.inspect.LayerTable;
import org.ditlab.model.inspect.LayerText;
import org.ditlab.model.inspect.ModelStructure;
import org.ditlab.model.inspect.StructuralDiff;
import org.ditlab.run.Backends;
import org.ditlab.run.RunOutcome;
import org.ditlab.study.Axis;
import org.ditlab.study.Change;
import org.ditlab.study.MatchTarget;
import org.ditlab.study.Rung;
import org.ditlab.study.Spelling;
import org.ditlab.study.Study;
import org.ditlab.study.StudyException;
import org.ditlab.study.StudySpec;
import org.ditlab.study.UnplacedControl;
import org.ditlab.study.plan.Plan;
import org.ditlab.study.spi.UserFiles;
import org.ditlab.study.yaml.StudyFile;
import org.ditlab.summary.StudySummary;
import org.ditlab.table.ComparisonTable;
import org.ditlab.table.ReportTable;
import org.ditlab.tensor.Convention;
import org.ditlab.tensor.Device;
import org.ditlab.tensor.spi.Backend;
import org.jspecify.annotations.Nullable;
import tech.tablesaw.api.Table;

/**
 * All that a cell needs, by one line: {@code import static org.ditlab.notebook.Dsl.*;}. The words of a study, every knob ({@link
 * KnobWords}), and what one does with a study: {@link #plan}, {@link #run}, {@link #load}, {@link #table}, {@link #charts}, {@link
 * #findings}.
 */
public final class Dsl extends KnobWords {
    private static Path out = Path.of("studies-out");
    private static UserFiles files = UserFiles.NONE;

    static {
        Notebook.init();
    }

    private Dsl() {}

    // Where things are

    /** Studies are written to and looked for under this folder; {@code studies-out} before anything is said. */
    public static void out(Path folder) {
        out = folder;
    }

    /** The data of studies that bring none: a folder or zip of images, or latents; null for none. */
    public static void data(@Nullable Path path) {
        files = UserFiles.data(path);
    }

    // The words of a study

    /** A study of this name, so far of DiT-S/4 with one seed and no variants. */
    public static Study study(String name) {
        return Study.named(name);
    }

    /** A step that the following rungs stand on. */
    public static Rung rung(String name, Setting<?>... settings) {
        return Study.rung(name, settings);
    }

    /** A variant beside the ladder; say {@code .of("rung")} after it. */
    public static UnplacedControl control(String name, Setting<?>... settings) {
        return Study.control(name, settings);
    }

    /** An independent variant of a list. */
    public static Change variant(String name, Setting<?>... settings) {
        return Study.variant(name, settings);
    }

    /** The values of a knob, for a grid, a zip or random draws. */
    @SafeVarargs
    public static <V> Axis over(Knob<V> knob, V... values) {
        return Study.over(knob, values);
    }

    /** The numbers from one to another, for random draws. */
    public static Axis.Range range(Knob<? extends Number> knob, double from, double to) {
        return Study.range(knob, from, to);
    }

    /** The cost of another variant, of {@code base}, or of a model of the zoo, to be matched. */
    public static MatchTarget gmacsOf(String variantOrModel) {
        return Study.gmacsOf(variantOrModel);
    }

    /** A cost in billions of multiply-accumulates, to be matched. */
    public static MatchTarget gmacs(double gmacs) {
        return Study.gmacs(gmacs);
    }

    // What one does with a study

    /** What would run and what it costs; what is done already is known. */
    public static Plan plan(Study study) {
        return work(reference(study.spec())).plan();
    }

    /** The same of a YAML file, or of a study under {@link #out}. */
    public static Plan plan(String study) {
        return work(StudyReference.find(study, out)).plan();
    }

    /**
     * Trains, samples and measures, with progress in the notebook. An interrupt saves; the same cell goes on from there, and what
     * is done is not done again.
     *
     * @throws StudyException when the study cannot run, in the words of the command line
     */
    public static RunOutcome run(Study study) throws IOException, InterruptedException {
        return run(reference(study.spec()));
    }

    /** The same of a YAML file, or of a study under {@link #out}. */
    public static RunOutcome run(String study) throws IOException, InterruptedException {
        return run(StudyReference.find(study, out));
    }

    private static RunOutcome run(StudyReference study) throws IOException, InterruptedException {
        Notebook.init();
        RunOutcome outcome;
        try (LiveProgress progress = new LiveProgress(Notebook.kernel())) {
            outcome = work(study).run(progress);
        }
        return outcome;
    }

    private static StudyRun work(StudyReference study) {
        Notebook.init();
        return new StudyRun(study, files, out);
    }

    private static StudyReference reference(StudySpec spec) {
        return new StudyReference(StudyFile.none(spec), out.resolve(spec.name()));
    }

    /** What a study came to, finished or not. */
    public static StudySummary load(String study) throws IOException {
        return StudySummary.read(StudyReference.directory(study, out));
    }

    /** The comparison of a study's variants, as the report has it. */
    public static ReportTable table(StudySummary study) {
        return ComparisonTable.of(study);
    }

    /** One row per trial: the knobs that differ, cost, metrics; to be asked in Tablesaw's words. */
    public static Table trials(StudySummary study) {
        return TrialTable.of(study);
    }

    /** Every chart that the study has numbers for. */
    public static List<Chart> charts(StudySummary study) throws IOException {
        return StudyCharts.of(study);
    }

    /**
     * One of them, by its id: {@code gmacs-vs-fid}, {@code curves}.
     *
     * @throws StudyException when the study has no numbers for it, with the ids of those that there are
     */
    public static Chart chart(StudySummary study, String id) throws IOException {
        return named("chart", id, study, charts(study), Chart::id);
    }

    private static <T> T named(String what, String id, StudySummary study, List<T> all, Function<T, String> name) {
        return all.stream()
                .filter(one -> name.apply(one).equals(id))
                .findFirst()
                .orElseThrow(() -> new StudyException(study.name() + " has no " + what + " \"" + id + "\"; it has "
                        + (all.isEmpty()
                                ? "none"
                                : String.join(", ", all.stream().map(name).toList()))));
    }

    /** Everything that the study's results are enough to say: tests, gains, the Pareto front, which knobs matter. */
    public static List<Finding> findings(StudySummary study) {
        return Findings.of(study);
    }

    /**
     * One of them, by its id: {@code ladder}, {@code tests}, {@code surrogate}.
     *
     * @throws StudyException when the study's results are not enough for it, with the ids of those that there are
     */
    public static Finding finding(StudySummary study, String id) {
        return named("finding", id, study, findings(study), Finding::id);
    }

    /** Samples of every variant, the same noise in a column. */
    public static SampleGrid samples(StudySummary study) throws IOException {
        return SampleGrid.of(study).orElseThrow(() -> new StudyException(study.name() + " has no samples yet"));
    }

    /** Writes the report and gives the page to open. */
    public static Path report(String study) throws IOException {
        Path directory = StudyReference.directory(study, out);
        List<Path> pages = new ArrayList<>();
        for (Reporter reporter : ServiceLoader.load(Reporter.class, Dsl.class.getClassLoader())) {
            pages.addAll(reporter.report(directory));
        }
        return pages.get(0);
    }

    // Models

    /** The names of the zoo. */
    public static List<String> models() {
        return ModelZoo.names();
    }

    /**
     * A model of the zoo, folded, with knobs set otherwise; shown as a drawing.
     *
     * @throws StudyException when there is no such model
     */
    public static ModelStructure model(String name, Setting<?>... settings) {
        return ModelStructure.folded(shown(name, settings), settings(name, settings), Convention.MACS);
    }

    /** The same as it trains, with the branches of re-parametrisation. */
    public static ModelStructure trainingModel(String name, Setting<?>... settings) {
        return ModelStructure.training(shown(name, settings), settings(name, settings), Convention.MACS);
    }

    /** The knobs of a model of the zoo, with some set otherwise. */
    public static Settings settings(String name, Setting<?>... settings) {
        Optional<Settings> found = ModelZoo.find(name);
        if (found.isEmpty()) {
            String near = Spelling.remark(name, ModelZoo.names());
            throw new StudyException(
                    "there is no model \"" + name + "\"; " + (near.isEmpty() ? "models() gives their names" : near));
        }
        return found.get().with(settings);
    }

    private static String shown(String name, Setting<?>... settings) {
        List<String> words = new ArrayList<>(List.of(name));
        for (Setting<?> setting : settings) {
            words.add(setting.toString());
        }
        return String.join(" ", words);
    }

    /** What a model costs, in every convention. */
    public static ModelCost cost(ModelStructure model) {
        return ModelCost.of(model.settings());
    }

    /** A model layer by layer, so many levels deep. */
    public static String layers(ModelStructure model, int deepest) {
        return new LayerText(new LayerTable(model, deepest, false), cost(model)).text();
    }

    /** In which knobs and blocks the second differs from the first, and what each difference costs. */
    public static StructuralDiff diff(ModelStructure from, ModelStructure to) {
        return StructuralDiff.of(from, to);
    }

    /** Computes in plain Java, slowly and exactly: for a look at numbers. To be closed. */
    public static Backend reference() {
        return Backends.installed().choose("reference", "cpu").provider().open(Device.CPU, 1);
    }

    // Images

    /**
     * Images against a reference, each a folder, a zip or an {@code .npz}, by the features of a study's classifier.
     *
     * @param classifier the name of a study under {@link #out} whose classifier is taken
     * @param resamples of the bootstrap that gives intervals; 0 for none
     */
    public static EvaluationResult evaluate(Path reference, Path samples, String classifier, int resamples)
            throws IOException, InterruptedException {
        Notebook.init();
        return new ImageEvaluation(StudyReference.directory(classifier, out), resamples).run(reference, samples);
    }
}
