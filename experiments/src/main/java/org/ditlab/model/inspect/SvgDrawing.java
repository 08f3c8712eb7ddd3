package org.ditlab.model.inspect;

import static org.ditlab.model.inspect.SvgElements.number;

import java.util.List;
import java.util.Locale;
import java.util.stream.Collectors;
import org.ditlab.model.inspect.BlockLayout.Band;
import org.ditlab.model.inspect.BlockLayout.Box;
import org.ditlab.model.inspect.BlockLayout.Condition;
import org.jgrapht.graph.DefaultEdge;

/**
 * A model's block graph as a picture: real text, no external resources, colours for light and dark. Every block is a
 * group with an id of its own, {@code block-latent.0}; what reads a condition bears its tag.
 */
public final class SvgDrawing {
    private static final double TOP = 56;
    private static final double FOOT = 64;
    private static final double LINE = 16;

    /** About how wide a letter of the heading is. */
    private static final double LETTER = 10;

    private static final double INSET = 10;

    private final BlockGraph graph;
    private final BlockText text;
    private final BlockLayout layout;
    private final String id;
    private final String prefix;
    private final SvgElements svg = new SvgElements();

    /** @param graph the model's, with equal blocks in a row apart or together */
    public SvgDrawing(ModelStructure model, BlockGraph graph) {
        this(model, graph, "model-" + identifier(model.name()).replace('.', '-'), "");
    }

    /** The same to stand in a page beside others: its id is given, and opens the ids of its blocks. */
    public SvgDrawing(ModelStructure model, BlockGraph graph, String id) {
        this(model, graph, id, id + "-");
    }

    private SvgDrawing(ModelStructure model, BlockGraph graph, String id, String prefix) {
        this.graph = graph;
        this.text = new BlockText(model);
        this.layout = new BlockLayout(graph, TOP);
        this.id = id;
        this.prefix = prefix;
    }

    public String text() {
        String width = number(Math.max(
                layout.width(), 2 * BlockLayout.GUTTER + LETTER * text.title().length()));
        String height = number(layout.bottom() + FOOT);
        svg.open(
                "svg",
                "xmlns",
                "http://www.w3.org/2000/svg",
                "id",
                id,
                "viewBox",
                "0 0 " + width + " " + height,
                "width",
                width,
                "height",
                height,
                "role",
                "img",
                "aria-labelledby",
                id + "-title",
                "font-family",
                "'DejaVu Sans', Verdana, sans-serif",
                "font-size",
                "12");
        svg.text("title", text.title(), "id", id + "-title");
        svg.text("desc", "Blocks from input to output; a band for each resolution, skip connections dashed.");
        svg.text("style", SvgStyle.of(id));
        svg.empty("rect", "class", "paper", "width", "100%", "height", "100%");
        write(BlockLayout.GUTTER, 32, "heading", text.title());
        layout.bands().forEach(this::band);
        for (DefaultEdge edge : graph.graph().edgeSet()) {
            BlockRun from = graph.graph().getEdgeSource(edge);
            if (!from.first().conditions()) {
                edge(from, graph.graph().getEdgeTarget(edge));
            }
        }
        layout.boxes().forEach(this::port);
        layout.conditions().forEach(this::condition);
        layout.boxes().forEach(this::box);
        double y = layout.bottom();
        for (String note : text.notes()) {
            y += LINE;
            write(BlockLayout.GUTTER, y, "faint", note);
        }
        write(BlockLayout.GUTTER, y + LINE, "faint", "A tag c in a box stands for the condition that it reads.");
        svg.close();
        return svg.finish();
    }

    private void band(Band band) {
        svg.empty(
                "rect",
                "class",
                "band",
                "x",
                "8",
                "y",
                number(band.y()),
                "width",
                number(layout.width() - 16),
                "height",
                number(band.height()),
                "rx",
                "8");
        write(18, band.y() + 24, "faint", text.positions(band.positions()));
    }

    private void box(Box box) {
        BlockRun run = box.run();
        svg.open(
                "g",
                "id",
                prefix + "block-" + identifier(run.path()),
                "class",
                "block " + run.kind().name().toLowerCase(Locale.ROOT));
        svg.text("title", tooltip(run));
        frame(box.x(), box.y());
        lines(box.x(), box.y(), text.name(run), text.kind(run), text.figures(run.measure()));
        if (!box.tags().isEmpty()) {
            tag(box.x(), box.y(), String.join(" ", box.tags()));
        }
        svg.close();
    }

    private void condition(Condition condition) {
        List<BlockRun> embedders = condition.embedders();
        String names = embedders.stream().map(BlockRun::path).collect(Collectors.joining(", "));
        Measure measure = embedders.stream().map(BlockRun::measure).reduce(Measure.NONE, Measure::plus);
        String kinds = embedders.stream().map(BlockRun::description).distinct().collect(Collectors.joining(" and "));
        svg.open("g", "id", prefix + "condition-" + condition.tag(), "class", "block condition");
        svg.text("title", names);
        frame(condition.x(), condition.y());
        lines(
                condition.x(),
                condition.y(),
                names,
                kinds + ", " + text.shape(embedders.get(0).first().output()),
                text.figures(measure));
        tag(condition.x(), condition.y(), condition.tag());
        svg.close();
    }

    private void frame(double x, double y) {
        svg.empty(
                "rect",
                "x",
                number(x),
                "y",
                number(y),
                "width",
                number(BlockLayout.WIDTH),
                "height",
                number(BlockLayout.HEIGHT),
                "rx",
                "6");
    }

    private void lines(double x, double y, String name, String kind, String figures) {
        write(x + INSET, y + 19, "name", name);
        write(x + INSET, y + 19 + LINE, "small", kind);
        write(x + INSET, y + 19 + 2 * LINE, "small", figures);
    }

    /** At the right end of the first line. */
    private void tag(double x, double y, String tag) {
        svg.text(
                "text",
                tag,
                "class",
                "tag",
                "x",
                number(x + BlockLayout.WIDTH - INSET),
                "y",
                number(y + 19),
                "text-anchor",
                "end");
    }

    private String tooltip(BlockRun run) {
        List<String> conditions =
                graph.conditions(run).stream().map(BlockRun::path).toList();
        return run.path() + (conditions.isEmpty() ? "" : ", reads " + String.join(" and ", conditions));
    }

    private void edge(BlockRun from, BlockRun to) {
        Box a = layout.box(from);
        Box b = layout.box(to);
        boolean skip = layout.isSkip(from, to);
        arrow(skip ? "edge skip" : "edge", skip ? across(a, b) : along(a, b));
        if (skip && a.x() < b.x()) {
            write((a.x() + BlockLayout.WIDTH + b.x()) / 2 - 12, a.centre() - 6, "faint", "skip");
        }
    }

    /** From a block to the next one. */
    private static double[] along(Box a, Box b) {
        if (a.x() == b.x()) {
            return a.y() < b.y()
                    ? new double[] {a.middle(), a.y() + BlockLayout.HEIGHT, b.middle(), b.y()}
                    : new double[] {a.middle(), a.y(), b.middle(), b.y() + BlockLayout.HEIGHT};
        }
        return a.y() < b.y()
                ? new double[] {a.middle(), a.y() + BlockLayout.HEIGHT, a.middle(), b.centre(), b.x(), b.centre()}
                : new double[] {
                    a.x() + BlockLayout.WIDTH,
                    a.centre(),
                    b.middle(),
                    a.centre(),
                    b.middle(),
                    b.y() + BlockLayout.HEIGHT
                };
    }

    /** From a block to a later one: level where it can be, beside the column within one. */
    private static double[] across(Box a, Box b) {
        double right = a.x() + BlockLayout.WIDTH;
        if (a.x() == b.x()) {
            return new double[] {right, a.centre(), right + 12, a.centre(), right + 12, b.centre(), right, b.centre()};
        }
        double between = (right + b.x()) / 2;
        return a.y() == b.y()
                ? new double[] {right, a.centre(), b.x(), b.centre()}
                : new double[] {right, a.centre(), between, a.centre(), between, b.centre(), b.x(), b.centre()};
    }

    /** The model's input and output. */
    private void port(Box box) {
        double x = box.middle();
        if (graph.inputs(box.run()).isEmpty()) {
            arrow("edge", new double[] {x, box.y() - 20, x, box.y()});
            write(x + 8, box.y() - 12, "faint", "noisy input, " + text.input());
        }
        if (graph.graph().outDegreeOf(box.run()) == 0) {
            boolean climbs = layout.climbs(box.run());
            double from = climbs ? box.y() : box.y() + BlockLayout.HEIGHT;
            double to = climbs ? from - 20 : from + 20;
            arrow("edge", new double[] {x, from, x, to});
            write(x + 8, (from + to) / 2 + 4, "faint", "output");
        }
    }

    private void arrow(String style, double[] points) {
        StringBuilder path = new StringBuilder();
        for (int i = 0; i < points.length; i += 2) {
            path.append(i == 0 ? 'M' : 'L')
                    .append(number(points[i]))
                    .append(' ')
                    .append(number(points[i + 1]));
        }
        svg.empty("path", "class", style, "d", path.toString());
        int n = points.length;
        double dx = Math.signum(points[n - 2] - points[n - 4]);
        double dy = Math.signum(points[n - 1] - points[n - 3]);
        double x = points[n - 2];
        double y = points[n - 1];
        String head = "M" + number(x) + " " + number(y)
                + "L" + number(x - 8 * dx - 4 * dy) + " " + number(y - 8 * dy - 4 * dx)
                + "L" + number(x - 8 * dx + 4 * dy) + " " + number(y - 8 * dy + 4 * dx) + "Z";
        svg.empty("path", "class", "head", "d", head);
    }

    private void write(double x, double y, String style, String content) {
        svg.text("text", content, "class", style, "x", number(x), "y", number(y));
    }

    /** Letters, digits, dots, hyphens and underscores. */
    private static String identifier(String name) {
        return name.replaceAll("[^A-Za-z0-9._-]+", "-");
    }
}
