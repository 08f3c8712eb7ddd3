package org.ditlab.report;

import static org.assertj.core.api.Assertions.assertThat;

import java.awt.image.BufferedImage;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.util.Arrays;
import javax.imageio.ImageIO;
import org.junit.jupiter.api.Test;

class PngStampTests {
    private static byte[] picture(int colour) throws IOException {
        BufferedImage image = new BufferedImage(9, 7, BufferedImage.TYPE_INT_RGB);
        image.setRGB(4, 3, colour);
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        ImageIO.write(image, "png", out);
        return out.toByteArray();
    }

    @Test
    void aStampedPictureIsStillThePicture() throws IOException {
        BufferedImage read = ImageIO.read(new ByteArrayInputStream(PngStamp.stamp(picture(0x123456), "<svg/>")));
        assertThat(read.getWidth()).isEqualTo(9);
        assertThat(read.getRGB(4, 3) & 0xffffff).isEqualTo(0x123456);
    }

    @Test
    void theSourceDecidesNotThePixels() throws IOException {
        byte[] one = PngStamp.stamp(picture(1), "<svg>1</svg>");
        assertThat(PngStamp.same(one, PngStamp.stamp(picture(2), "<svg>1</svg>")))
                .isTrue();
        assertThat(PngStamp.same(one, PngStamp.stamp(picture(1), "<svg>2</svg>")))
                .isFalse();
    }

    @Test
    void aCutPictureIsNotTheSame() throws IOException {
        byte[] whole = PngStamp.stamp(picture(1), "<svg/>");
        byte[] cut = Arrays.copyOf(whole, whole.length - 1);
        assertThat(PngStamp.same(cut, whole)).isFalse();
        assertThat(PngStamp.same(whole, whole)).isTrue();
    }

    @Test
    void whatIsNotStampedIsNotTheSame() throws IOException {
        byte[] plain = picture(1);
        assertThat(PngStamp.same(plain, plain)).isFalse();
        assertThat(PngStamp.same(plain, PngStamp.stamp(plain, ""))).isFalse();
        assertThat(PngStamp.same(new byte[0], plain)).isFalse();
    }
}
