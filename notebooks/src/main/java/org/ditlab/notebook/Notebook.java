package org.ditlab.notebook;

import io.github.spencerpark.jupyter.kernel.BaseKernel;
import io.github.spencerpark.jupyter.kernel.display.DisplayData;
import io.github.spencerpark.jupyter.kernel.display.Renderer;
import io.github.spencerpark.jupyter.kernel.display.mime.MIMEType;
import java.io.File;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URISyntaxException;
import java.net.URL;
import java.net.URLClassLoader;
import java.nio.file.Path;
import java.util.Base64;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.function.Function;
import org.ditlab.chart.Chart;
import org.ditlab.chart.ChartPng;
import org.ditlab.chart.ChartSvg;
import org.ditlab.chart.SampleGrid;
import org.ditlab.finding.Finding;
import org.ditlab.kernel.Display;
import org.ditlab.metric.evaluation.EvaluationResult;
import org.ditlab.metric.evaluation.EvaluationText;
import org.ditlab.model.inspect.DiffText;
import org.ditlab.model.inspect.ModelStructure;
import org.ditlab.model.inspect.StructuralDiff;
import org.ditlab.model.inspect.SvgDrawing;
import org.ditlab.run.RunOutcome;
import org.ditlab.study.Study;
import org.ditlab.study.StudySpec;
import org.ditlab.study.plan.Plan;
import org.ditlab.study.plan.PlanTable;
import org.ditlab.study.yaml.StudyYaml;
import org.ditlab.summary.StudySummary;
import org.ditlab.table.ComparisonTable;
import org.ditlab.table.MarkdownTable;
import org.ditlab.table.ReportTable;
import org.ditlab.table.TableColumn;
import org.jspecify.annotations.Nullable;
import org.knowm.xchart.BitmapEncoder;
import org.knowm.xchart.internal.chartpart.IChart;
import tech.tablesaw.api.NumericColumn;
import tech.tablesaw.api.Table;
import tech.tablesaw.columns.Column;

/**
 * What the house's values look like in a notebook. Any kernel that is built on the library of IJava's will do; {@link Dsl} calls
 * {@link #init} when it is first used, so that a notebook need not.
 */
public final class Notebook {
    /** Where IJava keeps the kernel that runs. */
    private static final String IJAVA = "io.github.spencerpark.ijava.runtime.Kernel";

    /** Rows that are shown of a long table. */
    private static final int ROWS = 40;

    private static final MIMEType HTML = MIMEType.TEXT_HTML;

    private static @Nullable BaseKernel known;

    private Notebook() {}

    /** Tells the kernel that runs how to show studies, plans, tables, charts and models; once is enough. */
    public static synchronized void init() {
        Optional<BaseKernel> kernel = kernel();
        if (kernel.isPresent() && kernel.get() != known) {
            known = kernel.get();
            register(known.getRenderer());
        }
        showClasses();
    }

    /** The kernel that runs this code; empty outside of a notebook. */
    static Optional<BaseKernel> kernel() {
        try {
            return Optional.of(Display.getKernelInstance());
        } catch (IllegalStateException elsewhere) {
            try {
                Object kernel =
                        Class.forName(IJAVA).getMethod("getKernelInstance").invoke(null);
                return Optional.ofNullable((BaseKernel) kernel);
            } catch (ReflectiveOperationException none) {
                return Optional.empty();
            }
        }
    }

    /**
     * Where the house came by {@code %classpath}, workers must be told of it, and services are found by a loader that the
     * thread does not have.
     */
    private static void showClasses() {
        ClassLoader loader = Notebook.class.getClassLoader();
        if (loader == ClassLoader.getSystemClassLoader()) {
            return;
        }
        Thread.currentThread().setContextClassLoader(loader);
        if (!(loader instanceof URLClassLoader added)) {
            return;
        }
        Set<String> entries = new LinkedHashSet<>(
                List.of(System.getProperty("java.class.path").split(File.pathSeparator)));
        for (URL url : added.getURLs()) {
            try {
                entries.add(Path.of(url.toURI()).toString());
            } catch (URISyntaxException | IllegalArgumentException notAFile) {
                continue;
            }
        }
        System.setProperty("java.class.path", String.join(File.pathSeparator, entries));
    }

    private static void register(Renderer renderer) {
        show(renderer, Study.class, study -> html(study.spec()), study -> StudyYaml.write(study.spec()));
        show(renderer, StudySpec.class, Notebook::html, StudyYaml::write);
        show(renderer, Plan.class, PlanView::html, plan -> new PlanTable(plan).text());
        show(renderer, Table.class, Notebook::html, Table::print);
        show(renderer, ReportTable.class, Notebook::html, MarkdownTable::write);
        show(renderer, Finding.class, Notebook::html, finding -> String.join("\n", finding.sentences()));
        show(
                renderer,
                StudySummary.class,
                study -> HtmlGrid.heading(study.name() + ": " + study.progress()) + html(ComparisonTable.of(study)),
                study -> study.name() + ": " + study.progress());
        show(renderer, ModelStructure.class, Notebook::drawing, ModelStructure::name);
        show(
                renderer,
                StructuralDiff.class,
                diff -> HtmlGrid.preformatted(new DiffText(diff).text()),
                diff -> new DiffText(diff).text());
        show(renderer, EvaluationResult.class, EvaluationView::html, result -> new EvaluationText(result).text());
        show(renderer, RunOutcome.class, outcome -> HtmlGrid.paragraph(text(outcome)), Notebook::text);
        renderer.createRegistration(Chart.class)
                .preferring(HTML)
                .supporting(MIMEType.IMAGE_PNG, MIMEType.TEXT_PLAIN)
                .register((chart, context) -> {
                    context.renderIfRequested(HTML, () -> ChartSvg.write(chart));
                    context.renderIfRequested(MIMEType.IMAGE_PNG, () -> base64(() -> ChartPng.write(chart)));
                    context.renderIfRequested(MIMEType.TEXT_PLAIN, chart::title);
                });
        picture(renderer, SampleGrid.class, SampleGrid::png, SampleGrid::caption);
        // XChart's own, for charts that a notebook draws itself.
        picture(
                renderer,
                IChart.class,
                chart -> BitmapEncoder.getBitmapBytes(chart, BitmapEncoder.BitmapFormat.PNG),
                chart -> "chart");
    }

    private static <T> void show(Renderer renderer, Class<T> type, Function<T, String> html, Function<T, String> text) {
        renderer.createRegistration(type).preferring(HTML, MIMEType.TEXT_PLAIN).register((value, context) -> {
            context.renderIfRequested(HTML, () -> html.apply(value));
            context.renderIfRequested(MIMEType.TEXT_PLAIN, () -> text.apply(value));
        });
    }

    /** A value's PNG. */
    @FunctionalInterface
    private interface Picture<T> {
        byte[] png(T value) throws IOException;
    }

    private static <T> void picture(Renderer renderer, Class<T> type, Picture<T> picture, Function<T, String> caption) {
        renderer.createRegistration(type)
                .preferring(MIMEType.IMAGE_PNG, MIMEType.TEXT_PLAIN)
                .register((value, context) -> {
                    context.renderIfRequested(MIMEType.IMAGE_PNG, () -> base64(() -> picture.png(value)));
                    context.renderIfRequested(MIMEType.TEXT_PLAIN, () -> caption.apply(value));
                });
    }

    /** Bytes that have to be read or drawn first. */
    private interface Bytes {
        byte[] get() throws IOException;
    }

    private static String base64(Bytes bytes) {
        try {
            return Base64.getEncoder().encodeToString(bytes.get());
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static String html(StudySpec spec) {
        return HtmlGrid.heading(spec.name())
                + (spec.claim().isEmpty() ? "" : HtmlGrid.paragraph(spec.claim()))
                + HtmlGrid.preformatted(StudyYaml.write(spec));
    }

    private static String html(Table table) {
        HtmlGrid grid = new HtmlGrid();
        for (Column<?> column : table.columns()) {
            grid.column(column.name(), "", column instanceof NumericColumn<?>);
        }
        for (int row = 0; row < Math.min(ROWS, table.rowCount()); row++) {
            int place = row;
            grid.row(table.columns().stream().map(column -> cell(column, place)).toList());
        }
        if (table.rowCount() > ROWS) {
            grid.note((table.rowCount() - ROWS) + " more rows");
        }
        return grid.html();
    }

    /** Numbers without digits that nobody reads. */
    private static String cell(Column<?> column, int row) {
        if (column.isMissing(row)) {
            return "";
        }
        return column.get(row) instanceof Double number && number != Math.rint(number)
                ? EvaluationView.number(number)
                : column.getString(row).replaceAll("\\.0$", "");
    }

    private static String html(ReportTable table) {
        HtmlGrid grid = new HtmlGrid();
        for (TableColumn column : table.columns()) {
            grid.column(column.heading(), column.meaning(), column.numeric());
        }
        for (int row = 0; row < table.rows().size(); row++) {
            int place = row;
            grid.row(table.columns().stream()
                    .map(column -> column.cells().get(place).text())
                    .toList());
        }
        return grid.note(table.captionText()).html();
    }

    private static String html(Finding finding) {
        StringBuilder html = new StringBuilder(HtmlGrid.heading(finding.title()));
        finding.sentences().forEach(sentence -> html.append(HtmlGrid.paragraph(sentence)));
        finding.tables().forEach(table -> html.append(html(table)));
        return html.toString();
    }

    private static String drawing(ModelStructure model) {
        return new SvgDrawing(model, model.graph().collapsed()).text();
    }

    private static String text(RunOutcome outcome) {
        return switch (outcome.end()) {
            case COMPLETE ->
                outcome.done() + " trials done"
                        + (outcome.failures().isEmpty()
                                ? ""
                                : ", " + outcome.failures().size() + " failed");
            case STOPPED, OUT_OF_TIME -> "stopped with " + outcome.done() + " trials done; run the cell again to go on";
            case FAILED_FAST -> "stopped at the first failure, with " + outcome.done() + " trials done";
        };
    }

    /** What is shown of HTML that was made elsewhere. */
    static DisplayData of(String html, String text) {
        DisplayData data = new DisplayData(text);
        data.putHTML(html);
        return data;
    }
}
