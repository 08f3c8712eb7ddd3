package org.ditlab.chart;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.awt.image.BufferedImage;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.Map;
import javax.imageio.ImageIO;
import org.ditlab.data.NpyArray;
import org.ditlab.data.Npz;
import org.ditlab.study.StudyException;
import org.ditlab.summary.StudyFixture;
import org.ditlab.summary.StudySummary;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class SampleGridTests {
    @TempDir
    Path directory;

    /** Two 2x2 images with three channels: each pixel is drawn as a 32x32 square. */
    @Test
    void pixelsAndClassesAreThoseOfTheFile() throws IOException {
        byte[] pixels = new byte[3 * 2 * 2 * 3];
        for (int i = 0; i < pixels.length; i++) {
            pixels[i] = (byte) (i * 7);
        }
        Path file = write(NpyArray.of(pixels, 3, 2, 2, 3), NpyArray.of(new long[] {4, 0, 9}, 3));
        SampleStrip strip = SampleStrip.read("v", file, 2);
        assertThat(strip.count()).isEqualTo(2);
        assertThat(strip.labels()).containsExactly(4L, 0L);
        BufferedImage picture = strip.picture();
        assertThat(picture.getWidth()).isEqualTo(2 * 64 + 2);
        assertThat(picture.getRGB(40, 10) & 0xffffff).isEqualTo(3 * 7 << 16 | 4 * 7 << 8 | 5 * 7);
        assertThat(picture.getRGB(64, 10) & 0xffffff).isEqualTo(0xffffff);
        int second = 12 * 7;
        assertThat(picture.getRGB(66, 0) & 0xffffff).isEqualTo(second << 16 | (second + 7) << 8 | (second + 14));
    }

    @Test
    void whatIsNoSampleFileIsSaid() throws IOException {
        Path floats = write(NpyArray.of(new float[12], 1, 2, 2, 3), NpyArray.of(new long[] {1}, 1));
        assertThatThrownBy(() -> SampleStrip.read("v", floats, 2))
                .isInstanceOf(StudyException.class)
                .hasMessageContaining("no uint8 array (N, H, W, C)");
        Path whole = write(NpyArray.of(new byte[12], 1, 2, 2, 3), NpyArray.of(new long[] {1}, 1));
        byte[] bytes = Files.readAllBytes(whole);
        Files.write(whole, Arrays.copyOf(bytes, bytes.length / 2));
        assertThatThrownBy(() -> SampleStrip.read("v", whole, 2))
                .isInstanceOf(StudyException.class)
                .hasMessageContaining("samples.npz");
    }

    @Test
    void rowsAreVariantsAndColumnsOneClassEach() throws IOException {
        SampleGrid grid = SampleGrid.of(StudySummary.read(StudyFixture.standard(directory)))
                .orElseThrow();
        assertThat(grid.strips().stream().map(SampleStrip::variant))
                .containsExactly("base", "wide & <deep>", "patch_2", "+ rope | 100%", "deep", "untrained");
        assertThat(grid.sameClasses()).isTrue();
        assertThat(grid.caption()).contains("The first 12 samples of replicate 1", "the same class and the same noise");
        BufferedImage picture = ImageIO.read(new ByteArrayInputStream(grid.png()));
        assertThat(picture.getHeight()).isEqualTo(16 + 6 * 70 + 10);
    }

    private Path write(NpyArray images, NpyArray labels) throws IOException {
        Map<String, NpyArray> arrays = new LinkedHashMap<>();
        arrays.put("arr_0", images);
        arrays.put("arr_1", labels);
        Path file = directory.resolve("samples.npz");
        Npz.write(file, arrays);
        return file;
    }
}
