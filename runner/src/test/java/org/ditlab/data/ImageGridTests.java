package org.ditlab.data;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.awt.image.BufferedImage;
import java.io.IOException;
import java.nio.file.Path;
import javax.imageio.ImageIO;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ImageGridTests {
    @TempDir
    Path folder;

    @Test
    void imagesStandRowByRowOnWhite() throws IOException {
        byte[] images = new byte[3 * 3 * 32 * 32];
        images[2 * 3 * 1024] = (byte) 200;
        images[2 * 3 * 1024 + 2048] = 7;
        Path path = folder.resolve("grid.png");

        ImageGrid.write(path, images, 3, 3, 32, 32, 2);

        BufferedImage grid = ImageIO.read(path.toFile());
        assertThat(grid.getWidth()).isEqualTo(2 * 66 + 2);
        assertThat(grid.getHeight()).isEqualTo(2 * 66 + 2);
        assertThat(grid.getRGB(3, 69)).isEqualTo(0xffc80007);
        assertThat(grid.getRGB(4, 70)).isEqualTo(0xff000000);
        assertThat(grid.getRGB(100, 100)).as("an empty place").isEqualTo(0xffffffff);
    }

    @Test
    void grayImagesAreGray() {
        BufferedImage grid = ImageGrid.draw(new byte[] {90}, 1, 1, 1, 1, 8);

        assertThat(grid.getRGB(10, 10)).isEqualTo(0xff5a5a5a);
    }

    @Test
    void tooFewBytesAreRefused() {
        assertThatThrownBy(() -> ImageGrid.draw(new byte[5], 1, 3, 2, 2, 1))
                .isInstanceOf(IllegalArgumentException.class);
    }
}
