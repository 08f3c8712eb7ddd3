package org.ditlab.model.inspect;

import static org.assertj.core.api.Assertions.assertThat;

import java.awt.geom.Rectangle2D;
import java.io.IOException;
import java.io.StringReader;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.regex.Pattern;
import javax.xml.parsers.DocumentBuilderFactory;
import javax.xml.parsers.ParserConfigurationException;
import org.ditlab.model.ModelZoo;
import org.ditlab.tensor.Convention;
import org.jgrapht.Graph;
import org.jgrapht.graph.DefaultEdge;
import org.jgrapht.graph.SimpleDirectedGraph;
import org.jgrapht.nio.dot.DOTImporter;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.MethodSource;
import org.w3c.dom.Document;
import org.w3c.dom.Element;
import org.w3c.dom.NodeList;
import org.xml.sax.InputSource;
import org.xml.sax.SAXException;

class DrawingTests {
    private static List<String> zoo() {
        return ModelZoo.names();
    }

    private static ModelStructure model(String name) {
        return ModelStructure.folded(name, ModelZoo.find(name).orElseThrow(), Convention.MACS);
    }

    @ParameterizedTest
    @MethodSource("zoo")
    void everyBlockHasABoxOfItsOwn(String name) throws Exception {
        ModelStructure model = model(name);

        for (BlockGraph graph : List.of(model.graph(), model.graph().collapsed())) {
            Map<String, Rectangle2D> boxes = boxes(parse(new SvgDrawing(model, graph).text()));

            List<String> blocks = graph.runs().stream()
                    .filter(run -> !run.first().conditions())
                    .map(run -> "block-" + run.path())
                    .toList();
            assertThat(boxes.keySet()).containsAll(blocks);
            List<Map.Entry<String, Rectangle2D>> all = new ArrayList<>(boxes.entrySet());
            for (int i = 0; i < all.size(); i++) {
                for (int j = 0; j < i; j++) {
                    assertThat(all.get(i).getValue().intersects(all.get(j).getValue()))
                            .as(all.get(i).getKey() + " covers " + all.get(j).getKey())
                            .isFalse();
                }
            }
        }
    }

    @Test
    void theUIsSeen() throws Exception {
        ModelStructure model = model("U-DiT-T");

        Map<String, Rectangle2D> boxes =
                boxes(parse(new SvgDrawing(model, model.graph().collapsed()).text()));

        Rectangle2D encoder = boxes.get("block-encoder_level_1.0");
        Rectangle2D deeper = boxes.get("block-encoder_level_2.0");
        Rectangle2D middle = boxes.get("block-latent.0-1");
        Rectangle2D fuse = boxes.get("block-reduce_chan_level1");
        assertThat(List.of(encoder.getY(), deeper.getY(), middle.getY())).isSorted();
        assertThat(List.of(encoder.getX(), middle.getX(), fuse.getX())).isSorted();
        assertThat(fuse.getY()).as("the skip runs level").isEqualTo(encoder.getY());
        assertThat(boxes.get("block-decoder_level_1.0").getY()).isLessThan(fuse.getY());
    }

    @Test
    void blocksKnowWhatTheyAreAndWhatTheyRead() {
        BlockGraph graph = model("U-DiT-T").graph().collapsed();

        Map<String, BlockRun> runs = new LinkedHashMap<>();
        graph.runs().forEach(run -> runs.put(run.path(), run));
        assertThat(runs.get("x_embedder").kind()).isEqualTo(BlockKind.EMBED);
        assertThat(runs.get("t_embedder_1").kind()).isEqualTo(BlockKind.TIME);
        assertThat(runs.get("y_embedder_1").kind()).isEqualTo(BlockKind.LABEL);
        assertThat(runs.get("down1_2").kind()).isEqualTo(BlockKind.DOWN);
        assertThat(runs.get("latent.0-1").kind()).isEqualTo(BlockKind.TRANSFORMER);
        assertThat(runs.get("up3_2").kind()).isEqualTo(BlockKind.UP);
        assertThat(runs.get("reduce_chan_level2").kind()).isEqualTo(BlockKind.FUSE);
        assertThat(runs.get("output").kind()).isEqualTo(BlockKind.CONVOLUTION);
        assertThat(runs.get("final_layer").kind()).isEqualTo(BlockKind.HEAD);
        assertThat(graph.inputs(runs.get("reduce_chan_level1")))
                .containsExactlyInAnyOrder(runs.get("encoder_level_1.0"), runs.get("up2_1"));
        assertThat(graph.conditions(runs.get("decoder_level_1.0")))
                .as("the last decoder stage reads the second stage's condition")
                .containsExactlyInAnyOrder(runs.get("t_embedder_2"), runs.get("y_embedder_2"));
    }

    @ParameterizedTest
    @CsvSource({"DiT-XL/2", "U-DiT-T", "U-DiT-L", "DiT-UNet (Slim)"})
    void dotReadsBackAsTheSameGraph(String name) {
        ModelStructure model = model(name);
        BlockGraph graph = model.graph();

        Graph<String, DefaultEdge> read = new SimpleDirectedGraph<>(DefaultEdge.class);
        DOTImporter<String, DefaultEdge> importer = new DOTImporter<>();
        importer.setVertexFactory(id -> id);
        importer.importGraph(read, new StringReader(new DotDrawing(model, graph).text()));

        Set<String> edges = new HashSet<>();
        read.edgeSet().forEach(edge -> edges.add(read.getEdgeSource(edge) + " > " + read.getEdgeTarget(edge)));
        Set<String> expected = new HashSet<>();
        graph.graph()
                .edgeSet()
                .forEach(edge -> expected.add(graph.graph().getEdgeSource(edge).path() + " > "
                        + graph.graph().getEdgeTarget(edge).path()));
        assertThat(edges).isEqualTo(expected).isNotEmpty();
        assertThat(read.vertexSet())
                .containsExactlyInAnyOrderElementsOf(
                        model.blocks().stream().map(Block::path).toList());
    }

    @ParameterizedTest
    @EnumSource(Convention.class)
    void everyDrawingSaysWhatItCounts(Convention convention) {
        ModelStructure model =
                ModelStructure.folded("U-DiT-T", ModelZoo.find("U-DiT-T").orElseThrow(), convention);
        String unit = Map.of(
                        Convention.MACS, "GMACs",
                        Convention.TORCHPROFILE, "G (torchprofile)",
                        Convention.DIT_PAPER, "G (DiT paper)")
                .get(convention);

        for (String drawing :
                List.of(new SvgDrawing(model, model.graph()).text(), new DotDrawing(model, model.graph()).text())) {
            assertThat(drawing)
                    .containsPattern("U-DiT-T: 0\\.\\d+ " + Pattern.quote(unit) + ", 5\\.432 M params")
                    .contains("counting " + convention.label() + ".")
                    .doesNotContain("MMACs");
            assertThat(drawing.contains("GMACs")).isEqualTo(convention == Convention.MACS);
        }
    }

    @Test
    void collapsingKeepsWhatTheBlocksTake() {
        ModelStructure model = model("U-DiT-S");

        Measure apart = sum(model.graph());
        Measure together = sum(model.graph().collapsed());

        assertThat(together).isEqualTo(apart);
        assertThat(apart).isEqualTo(model.total().minus(model.root().own()));
        assertThat(model.graph().collapsed().runs())
                .extracting(BlockRun::path)
                .contains("latent.0-7", "encoder_level_2.0-4");
    }

    @Test
    void namesAreEscaped() throws Exception {
        ModelStructure plain = model("DiT-S/8");
        ModelStructure named = ModelStructure.folded("a \"<&>\" b", plain.settings(), Convention.MACS);

        Document svg = parse(new SvgDrawing(named, named.graph()).text());

        assertThat(svg.getElementsByTagName("title").item(0).getTextContent()).startsWith("a \"<&>\" b: ");
        assertThat(new DotDrawing(named, named.graph()).text()).startsWith("strict digraph \"a \\\"<&>\\\" b\" {");
    }

    private static Measure sum(BlockGraph graph) {
        return graph.runs().stream().map(BlockRun::measure).reduce(Measure.NONE, Measure::plus);
    }

    private static Document parse(String svg) throws ParserConfigurationException, IOException, SAXException {
        return DocumentBuilderFactory.newInstance().newDocumentBuilder().parse(new InputSource(new StringReader(svg)));
    }

    /** The frames of all groups of class block, by the group's id. */
    private static Map<String, Rectangle2D> boxes(Document svg) {
        Map<String, Rectangle2D> boxes = new LinkedHashMap<>();
        NodeList groups = svg.getElementsByTagName("g");
        for (int i = 0; i < groups.getLength(); i++) {
            Element group = (Element) groups.item(i);
            if (group.getAttribute("class").startsWith("block ")) {
                Element frame = (Element) group.getElementsByTagName("rect").item(0);
                Rectangle2D box = new Rectangle2D.Double(
                        number(frame, "x"), number(frame, "y"), number(frame, "width"), number(frame, "height"));
                assertThat(boxes.put(group.getAttribute("id"), box))
                        .as("ids are unique")
                        .isNull();
            }
        }
        return boxes;
    }

    private static double number(Element element, String attribute) {
        return Double.parseDouble(element.getAttribute(attribute));
    }
}
