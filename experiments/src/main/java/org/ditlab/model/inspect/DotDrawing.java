package org.ditlab.model.inspect;

import java.io.StringWriter;
import java.util.LinkedHashMap;
import java.util.Map;
import org.jgrapht.graph.DefaultEdge;
import org.jgrapht.nio.Attribute;
import org.jgrapht.nio.DefaultAttribute;
import org.jgrapht.nio.dot.DOTExporter;

/**
 * A model's block graph in Graphviz's language. A vertex is named by its path; edges from conditions are dashed. The
 * graph's label says what the figures count.
 */
public final class DotDrawing {
    private final ModelStructure model;
    private final BlockGraph graph;
    private final BlockText text;

    /** @param graph the model's, with equal blocks in a row apart or together */
    public DotDrawing(ModelStructure model, BlockGraph graph) {
        this.model = model;
        this.graph = graph;
        this.text = new BlockText(model);
    }

    public String text() {
        DOTExporter<BlockRun, DefaultEdge> exporter = new DOTExporter<>(run -> quoted(run.path()));
        exporter.setGraphIdProvider(() -> quoted(model.name()));
        // The exporter quotes the attributes of vertices and edges, not those of the graph.
        exporter.setGraphAttributeProvider(() -> attributes("label", quoted(label()), "labelloc", "t"));
        exporter.setVertexAttributeProvider(run -> attributes(
                "label",
                text.name(run) + "\n" + text.kind(run) + "\n" + text.figures(run.measure()),
                "shape",
                "box",
                "style",
                run.first().conditions() ? "rounded,dashed" : "rounded"));
        exporter.setEdgeAttributeProvider(edge -> {
            boolean condition = graph.graph().getEdgeSource(edge).first().conditions();
            return condition ? attributes("style", "dashed", "color", "gray") : Map.of();
        });
        StringWriter written = new StringWriter();
        exporter.exportGraph(graph.graph(), written);
        return written.toString();
    }

    private String label() {
        return text.title() + "\n" + String.join("\n", text.notes());
    }

    private static Map<String, Attribute> attributes(String... pairs) {
        Map<String, Attribute> attributes = new LinkedHashMap<>();
        for (int i = 0; i < pairs.length; i += 2) {
            attributes.put(pairs[i], DefaultAttribute.createAttribute(pairs[i + 1]));
        }
        return attributes;
    }

    private static String quoted(String id) {
        return "\"" + id.replace("\\", "\\\\").replace("\"", "\\\"").replace("\n", "\\n") + "\"";
    }
}
