package org.ditlab.backend.libtorch;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.bytedeco.javacpp.Loader;
import org.bytedeco.pytorch.global.torch;
import org.ditlab.tensor.Device;
import org.ditlab.tensor.spi.Backend;
import org.ditlab.tensor.spi.BackendProvider;

/** Offers libtorch where its natives for this platform are on the class path. */
public final class LibtorchProvider implements BackendProvider {
    private static final String NATIVES = "/org/bytedeco/pytorch/";

    @Override
    public String name() {
        return "libtorch";
    }

    @Override
    public int rank() {
        return 100;
    }

    @Override
    public List<Device> devices() {
        List<Device> devices = new ArrayList<>();
        String platform = Loader.getPlatform();
        boolean gpu = present(platform + "-gpu");
        if (gpu && Files.exists(Path.of("/proc/driver/nvidia/version"))) {
            devices.add(Device.CUDA);
        }
        if (gpu || present(platform)) {
            devices.add(Device.CPU);
        }
        return List.copyOf(devices);
    }

    private static boolean present(String platform) {
        String library = System.mapLibraryName("jnitorch");
        return LibtorchProvider.class.getResource(NATIVES + platform + "/" + library) != null;
    }

    @Override
    public Backend open(Device device, int threads) {
        if (device == Device.CUDA && !torch.cuda_is_available()) {
            throw new IllegalStateException("libtorch sees no usable GPU; use --device cpu");
        }
        return device == Device.CPU && OneDnn.serves() ? new CpuBackend(threads) : new LibtorchBackend(device, threads);
    }

    @Override
    public String build() {
        try {
            return "pytorch presets " + Loader.getVersion("org.bytedeco", "pytorch") + ", " + Loader.getPlatform()
                    + ", " + CompiledKernels.build();
        } catch (IOException e) {
            return "pytorch presets of unknown version, " + Loader.getPlatform();
        }
    }
}
