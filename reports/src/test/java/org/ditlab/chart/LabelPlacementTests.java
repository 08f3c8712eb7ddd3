package org.ditlab.chart;

import static org.assertj.core.api.Assertions.assertThat;

import java.awt.geom.Rectangle2D;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;
import org.junit.jupiter.api.Test;

class LabelPlacementTests {
    private static final Rectangle2D FRAME = new Rectangle2D.Double(78, 58, 640, 360);

    /** Points that may lie on top of each other, in a corner too, with names of any length. */
    @Property(tries = 300)
    void labelsCoverNeitherEachOtherNorPointsAndStayInTheFrame(
            @ForAll long seed, @ForAll @IntRange(min = 1, max = 60) int count) {
        Random random = new Random(seed);
        double spread = random.nextDouble();
        LabelPlacement placement = new LabelPlacement(FRAME);
        List<double[]> points = new ArrayList<>();
        List<Rectangle2D> marks = new ArrayList<>();
        for (int i = 0; i < count; i++) {
            double[] point = {78 + 640 * spread * random.nextDouble(), 58 + 360 * spread * random.nextDouble()};
            points.add(point);
            marks.add(new Rectangle2D.Double(point[0] - 6, point[1] - 6, 12, 12));
        }
        marks.forEach(placement::avoid);
        List<Rectangle2D> labels = new ArrayList<>();
        for (double[] point : points) {
            placement
                    .place(point[0], point[1], 5, 10 + 220 * random.nextDouble(), 14)
                    .ifPresent(labels::add);
        }
        for (int i = 0; i < labels.size(); i++) {
            Rectangle2D label = labels.get(i);
            assertThat(FRAME.contains(label)).isTrue();
            assertThat(marks).noneMatch(label::intersects);
            assertThat(labels.subList(0, i)).noneMatch(label::intersects);
        }
        // There is room for one name in an empty frame.
        assertThat(labels).isNotEmpty();
    }

    @Test
    void aLonePointIsNamedCloseByWithoutALeader() {
        Rectangle2D label = new LabelPlacement(FRAME).place(300, 200, 5, 60, 14).orElseThrow();

        assertThat(LabelPlacement.leader(label, 300, 200, 16)).isEmpty();
        assertThat(label.getMinX()).isBetween(300.0, 320.0);
    }

    @Test
    void aNameThatIsWiderThanTheFrameFindsNoPlace() {
        assertThat(new LabelPlacement(FRAME).place(300, 200, 5, 900, 14)).isEqualTo(Optional.empty());
    }

    @Test
    void aLineIsAvoidedWhereAnotherPlaceIsFree() {
        LabelPlacement placement = new LabelPlacement(FRAME);
        Rectangle2D line = new Rectangle2D.Double(300, 58, 400, 140);
        placement.avoidIfPossible(line);

        assertThat(placement.place(300, 200, 5, 60, 14).orElseThrow().intersects(line))
                .isFalse();
    }
}
