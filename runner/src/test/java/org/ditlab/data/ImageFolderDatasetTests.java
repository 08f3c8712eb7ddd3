package org.ditlab.data;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.awt.image.BufferedImage;
import java.awt.image.DataBuffer;
import java.awt.image.Raster;
import java.awt.image.WritableRaster;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import java.util.zip.CRC32;
import java.util.zip.ZipEntry;
import java.util.zip.ZipOutputStream;
import javax.imageio.IIOImage;
import javax.imageio.ImageIO;
import javax.imageio.ImageWriter;
import javax.imageio.stream.ImageOutputStream;
import org.ditlab.study.StudyException;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ImageFolderDatasetTests {
    @TempDir
    Path temporary;

    private Path root;

    @BeforeEach
    void makeRoot() throws IOException {
        root = Files.createDirectory(temporary.resolve("pictures"));
    }

    @Test
    void trainAndTestFoldersAreTheSplits() throws IOException {
        for (String split : List.of("train", "test")) {
            for (String type : List.of("dog", "cat")) {
                for (int i = 0; i < 5; i++) {
                    put(split + "/" + type + "/" + i + ".png", png(flat(4, 4, 0x102030 + i)));
                }
            }
        }
        put("train/readme.txt", new byte[] {1});
        put("extra/bird/1.png", png(flat(4, 4, 0)));

        ImageFolderDataset train = open(Split.TRAIN);
        ImageFolderDataset test = open(Split.TEST);

        assertThat(train.classNames()).containsExactly("cat", "dog");
        assertThat(train.size()).isEqualTo(10);
        assertThat(test.size()).isEqualTo(10);
        assertThat(train.name()).isEqualTo("pictures-4");
        assertThat(labels(train).subList(0, 4)).containsExactly(0, 1, 0, 1);
        assertThat(train.fingerprint()).isEqualTo(test.fingerprint());
    }

    @Test
    void withoutATestFolderATenthOfEachClassIsHeldOut() throws IOException {
        for (int i = 0; i < 30; i++) {
            put("a/" + i + ".png", png(flat(4, 4, i)));
        }
        for (int i = 0; i < 10; i++) {
            put("b/" + i + ".png", png(flat(4, 4, 100 + i)));
        }

        ImageFolderDataset train = open(Split.TRAIN);
        ImageFolderDataset test = open(Split.TEST);

        assertThat(labels(test)).containsExactlyInAnyOrder(0, 0, 0, 1);
        List<String> all =
                Stream.concat(images(train).stream(), images(test).stream()).collect(Collectors.toList());
        assertThat(all).hasSize(40).doesNotHaveDuplicates();
        assertThat(images(open(Split.TEST))).isEqualTo(images(test));
    }

    @Test
    void aFolderAndItsZipAreTheSameData() throws IOException {
        for (int i = 0; i < 6; i++) {
            put("a/" + i + ".png", png(flat(5, 4, i)));
            put("b/" + i + ".jpg", encode(flat(4, 6, 9 * i), "jpg"));
        }
        Path zip = temporary.resolve("pictures.zip");
        try (ZipOutputStream out = new ZipOutputStream(Files.newOutputStream(zip))) {
            for (String type : List.of("b", "a")) {
                for (int i = 5; i >= 0; i--) {
                    String name = type + "/" + i + (type.equals("a") ? ".png" : ".jpg");
                    add(out, "wrapped/" + name, Files.readAllBytes(root.resolve(name)));
                }
            }
            add(out, "__MACOSX/wrapped/a/._0.png", new byte[] {1});
        }

        ImageFolderDataset unpacked = open(Split.TRAIN);
        ImageFolderDataset packed = ImageFolderDataset.open(zip, 4, Split.TRAIN);

        assertThat(packed.fingerprint()).isEqualTo(unpacked.fingerprint());
        assertThat(packed.name()).isEqualTo(unpacked.name());
        assertThat(images(packed)).isEqualTo(images(unpacked));
    }

    @Test
    void anyChangeOfContentChangesTheFingerprint() throws IOException {
        for (int i = 0; i < 4; i++) {
            put("a/" + i + ".png", png(flat(4, 4, i)));
        }
        String before = open(Split.TRAIN).fingerprint();
        assertThat(ImageFolderDataset.open(root, 8, Split.TRAIN).fingerprint()).isNotEqualTo(before);
        put("a/2.png", png(flat(4, 4, 77)));
        String after = open(Split.TRAIN).fingerprint();
        assertThat(after).isNotEqualTo(before);
        Files.move(root.resolve("a"), root.resolve("b"));
        assertThat(open(Split.TRAIN).fingerprint()).isNotEqualTo(after);
    }

    @Test
    void theShorterSideIsResizedAndTheCentreCutOut() throws IOException {
        BufferedImage wide = flat(24, 8, 0xff0000);
        for (int y = 0; y < 8; y++) {
            for (int x = 8; x < 16; x++) {
                wide.setRGB(x, y, 0x00ff00);
            }
        }
        byte[] image = ImageDecoder.decode(png(wide), 8);

        assertThat(Arrays.copyOfRange(image, 0, 64)).containsOnly(0);
        assertThat(Arrays.copyOfRange(image, 64, 128)).containsOnly(255);
        byte[] half = ImageDecoder.decode(png(wide), 4);
        assertThat(half[16 + 4 + 1] & 0xff).isGreaterThan(250);
    }

    @Test
    void grayPalettesAndAlphaBecomeRgb() throws IOException {
        BufferedImage gray = new BufferedImage(4, 4, BufferedImage.TYPE_BYTE_GRAY);
        gray.getRaster().setSample(1, 0, 0, 100);
        byte[] grayImage = ImageDecoder.decode(png(gray), 4);
        assertThat(new byte[] {grayImage[1], grayImage[17], grayImage[33]}).containsOnly(100);

        BufferedImage clear = new BufferedImage(4, 4, BufferedImage.TYPE_INT_ARGB);
        clear.setRGB(1, 0, 0x40c81e0a);
        byte[] clearImage = ImageDecoder.decode(png(clear), 4);
        assertThat(new int[] {clearImage[1] & 0xff, clearImage[17], clearImage[33]})
                .containsExactly(200, 30, 10);

        BufferedImage deep = new BufferedImage(4, 4, BufferedImage.TYPE_USHORT_GRAY);
        deep.getRaster().setSample(1, 0, 0, 0xabcd);
        assertThat(ImageDecoder.decode(png(deep), 4)[1] & 0xff).isEqualTo(0xab);

        BufferedImage palette = new BufferedImage(4, 4, BufferedImage.TYPE_BYTE_INDEXED);
        palette.setRGB(1, 0, 0xff0000);
        assertThat(ImageDecoder.decode(encode(palette, "gif"), 4)[1] & 0xff).isEqualTo(255);

        BufferedImage bits = new BufferedImage(4, 4, BufferedImage.TYPE_BYTE_BINARY);
        bits.setRGB(1, 0, 0xffffff);
        assertThat(ImageDecoder.decode(png(bits), 4)[1] & 0xff).isEqualTo(255);
    }

    @Test
    void everyDamagedImageIsNamedAtOnce() throws IOException {
        byte[] good = encode(noise(40, 40), "jpg");
        put("train/a/good.jpg", good);
        put("test/a/good.jpg", good);
        put("train/a/cut.jpg", Arrays.copyOf(good, good.length / 2));
        put("train/a/none.png", "hello".getBytes());
        put("train/a/empty.gif", new byte[0]);
        put("train/a/cut.png", Arrays.copyOf(png(noise(40, 40)), 2000));
        put("train/a/cut.bmp", Arrays.copyOf(encode(noise(40, 40), "bmp"), 2000));

        assertThatThrownBy(() -> open(Split.TRAIN))
                .isInstanceOf(StudyException.class)
                .hasMessageContaining("pictures")
                .hasMessageContaining("a/cut.jpg")
                .hasMessageContaining("a/none.png")
                .hasMessageContaining("a/empty.gif")
                .hasMessageContaining("a/cut.png")
                .hasMessageContaining("a/cut.bmp")
                .hasMessageContaining("replace or delete");
    }

    /** Four components without a colour space that is said; some Java versions cannot read them, others can. */
    @Test
    void picturesForPrintersAreRefused() throws IOException {
        WritableRaster raster = Raster.createInterleavedRaster(DataBuffer.TYPE_BYTE, 8, 8, 4, null);
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        ImageWriter writer = ImageIO.getImageWritersByFormatName("jpg").next();
        try (ImageOutputStream stream = ImageIO.createImageOutputStream(out)) {
            writer.setOutput(stream);
            writer.write(new IIOImage(raster, null, null));
        } finally {
            writer.dispose();
        }

        assertThatThrownBy(() -> ImageDecoder.decode(out.toByteArray(), 8))
                .isInstanceOf(IOException.class)
                .hasMessageMatching(".*(CMYK|Unsupported).*");
    }

    @Test
    void giantPicturesAreRefusedBeforeTheyAreDecoded() throws IOException {
        byte[] png = png(flat(1, 1, 0));
        ByteBuffer bytes = ByteBuffer.wrap(png);
        bytes.putInt(16, 2_000_000_000).putInt(20, 2_000_000_000);
        CRC32 checksum = new CRC32();
        checksum.update(png, 12, 17);
        bytes.putInt(29, (int) checksum.getValue());

        assertThatThrownBy(() -> ImageDecoder.decode(png, 4))
                .isInstanceOf(IOException.class)
                .hasMessageContaining("2000000000");
    }

    @Test
    void membersThatPointOutsideAreRefused() throws IOException {
        for (String name : List.of("../a/1.png", "/a/1.png", "a/../../1.png", "a\\..\\1.png")) {
            Path zip = temporary.resolve("evil.zip");
            try (ZipOutputStream out = new ZipOutputStream(Files.newOutputStream(zip))) {
                add(out, name, png(flat(4, 4, 0)));
            }
            assertThatThrownBy(() -> ImageFolderDataset.open(zip, 4, Split.TRAIN))
                    .as(name)
                    .isInstanceOf(StudyException.class)
                    .hasMessageContaining("outside");
        }
    }

    @Test
    void aZipBombIsStoppedAtTheLimit() throws IOException {
        Path zip = temporary.resolve("bomb.zip");
        try (ZipOutputStream out = new ZipOutputStream(Files.newOutputStream(zip))) {
            out.putNextEntry(new ZipEntry("a/bomb.png"));
            fill(out, ImageArchive.LARGEST_FILE + 1);
            out.closeEntry();
            add(out, "a/1.png", png(flat(4, 4, 0)));
        }

        assertThat(Files.size(zip)).isLessThan(1 << 20);
        assertThatThrownBy(() -> ImageFolderDataset.open(zip, 4, Split.TRAIN))
                .isInstanceOf(StudyException.class)
                .hasMessageContaining("a/bomb.png")
                .hasMessageContaining("256 MiB");
    }

    @Test
    void layoutsThatCannotServeAreErrorsWithARemedy() throws IOException {
        assertProblem(temporary.resolve("missing"), "no such folder or zip");
        assertProblem(root, "no class folders");
        put("1.png", png(flat(4, 4, 0)));
        assertProblem(root, "no class folders");
        put("a/1.png", png(flat(4, 4, 0)));
        assertProblem(root, "two at least");
        put("a/2.png", png(flat(4, 4, 0)));
        Files.createDirectory(root.resolve("empty"));
        assertProblem(root, "class folder empty holds no images");
        Files.delete(root.resolve("empty"));
        put("train/a/1.png", png(flat(4, 4, 0)));
        put("test/b/1.png", png(flat(4, 4, 0)));
        assertProblem(root, "class b has test images but no training images");
        Path text = temporary.resolve("text.zip");
        Files.writeString(text, "no zip");
        assertProblem(text, "neither a folder nor a readable zip");
    }

    @Test
    void aFolderNamedLikeAPictureIsNoPicture() throws IOException {
        put("a/1.png", png(flat(4, 4, 0)));
        put("a/2.png", png(flat(4, 4, 0)));
        Files.createDirectory(root.resolve("a/trap.png"));

        assertThat(open(Split.TRAIN).size() + open(Split.TEST).size()).isEqualTo(2);
    }

    @Test
    void fewImagesAndManyAreKeptAlike() throws IOException {
        PixelStore many = new PixelStore(90, 3 << 20);
        byte[] image = new byte[3 << 20];
        Arrays.fill(image, (byte) 9);
        many.put(89, image);
        byte[] out = new byte[(3 << 20) + 1];
        many.get(89, out, 1);

        assertThat(out[0]).isZero();
        assertThat(out[3 << 20]).isEqualTo((byte) 9);
        many.get(0, out, 1);
        assertThat(out[1]).isZero();
    }

    private static void assertProblem(Path path, String words) {
        assertThatThrownBy(() -> ImageFolderDataset.open(path, 4, Split.TRAIN))
                .isInstanceOf(StudyException.class)
                .hasMessageContaining(path.getFileName().toString())
                .hasMessageContaining(words);
    }

    private ImageFolderDataset open(Split split) throws IOException {
        return ImageFolderDataset.open(root, 4, split);
    }

    private void put(String name, byte[] content) throws IOException {
        Path file = root.resolve(name);
        Files.createDirectories(file.getParent());
        Files.write(file, content);
    }

    private static List<Integer> labels(ImageDataset data) {
        List<Integer> labels = new ArrayList<>();
        for (int i = 0; i < data.size(); i++) {
            labels.add(data.label(i));
        }
        return labels;
    }

    private static List<String> images(ImageDataset data) {
        List<String> images = new ArrayList<>();
        for (int i = 0; i < data.size(); i++) {
            byte[] out = new byte[48];
            data.read(i, out, 0);
            images.add(data.label(i) + Arrays.toString(out));
        }
        return images;
    }

    private static BufferedImage flat(int width, int height, int rgb) {
        BufferedImage image = new BufferedImage(width, height, BufferedImage.TYPE_INT_RGB);
        for (int y = 0; y < height; y++) {
            for (int x = 0; x < width; x++) {
                image.setRGB(x, y, rgb);
            }
        }
        return image;
    }

    private static BufferedImage noise(int width, int height) {
        BufferedImage image = flat(width, height, 0);
        for (int y = 0; y < height; y++) {
            for (int x = 0; x < width; x++) {
                image.setRGB(x, y, (x * 7919 + y * 104729) * 2654435 & 0xffffff);
            }
        }
        return image;
    }

    private static byte[] png(BufferedImage image) throws IOException {
        return encode(image, "png");
    }

    private static byte[] encode(BufferedImage image, String format) throws IOException {
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        assertThat(ImageIO.write(image, format, out)).isTrue();
        return out.toByteArray();
    }

    private static void add(ZipOutputStream zip, String name, byte[] content) throws IOException {
        zip.putNextEntry(new ZipEntry(name));
        zip.write(content);
        zip.closeEntry();
    }

    private static void fill(OutputStream out, long length) throws IOException {
        byte[] zeros = new byte[1 << 20];
        for (long written = 0; written < length; written += zeros.length) {
            out.write(zeros);
        }
    }

    @Test
    void anArrayFileIsForLatents() throws IOException {
        Path file = temporary.resolve("codes.npy");
        Npy.write(file, NpyArray.of(new float[4 * 4 * 4], 1, 4, 4, 4));

        assertThatThrownBy(() -> ImageFolderDataset.open(file, 4, Split.TRAIN))
                .isInstanceOf(StudyException.class)
                .hasMessageContaining("for latents set data.set: latents");
    }
}
