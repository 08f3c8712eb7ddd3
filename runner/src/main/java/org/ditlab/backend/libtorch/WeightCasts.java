package org.ditlab.backend.libtorch;

import java.util.IdentityHashMap;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import org.bytedeco.javacpp.PointerScope;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.global.torch.ScalarType;

/** A model's weights in bfloat16, cast once for each of their versions: a step's forward and backward pass share them. */
final class WeightCasts {
    private record Cast(Tensor narrow, long version, long optimised) {}

    private final Map<LibtorchTensor, Cast> casts = new IdentityHashMap<>();
    private int purgeAt = 64;
    private long optimised;

    /** The casts of weights that may be overwritten: nothing recorded reads them. */
    Map<LibtorchTensor, Tensor> rewritable(List<org.ditlab.tensor.Tensor> weights) {
        Map<LibtorchTensor, Tensor> found = new IdentityHashMap<>();
        for (org.ditlab.tensor.Tensor weight : weights) {
            Cast cast = casts.get((LibtorchTensor) weight);
            if (cast != null && cast.narrow().use_count() == 1) {
                found.put((LibtorchTensor) weight, cast.narrow());
            }
        }
        return found;
    }

    /**
     * The optimiser's kernel has changed weights, which their versions do not tell.
     *
     * @param rewritten the casts that it has written too
     */
    void changed(Map<LibtorchTensor, Tensor> rewritten) {
        optimised++;
        rewritten.forEach((weight, narrow) ->
                casts.put(weight, new Cast(narrow, weight.handle()._version(), optimised)));
    }

    /** The weight in bfloat16, valid until it changes or is freed. */
    Tensor narrow(LibtorchTensor weight) {
        Tensor wide = weight.handle();
        long version = wide._version();
        Cast cast = casts.get(weight);
        if (cast != null && cast.version() == version && cast.optimised() == optimised) {
            return cast.narrow();
        }
        try (PointerScope scope = new PointerScope()) {
            if (cast == null) {
                purge();
            } else {
                casts.remove(weight); // memory for the new one may be short
                cast.narrow().releaseReference(); // what was recorded with it holds it on
            }
            Tensor narrow =
                    GradientTape.own(wide.detach().to(ScalarType.BFloat16).contiguous());
            casts.put(weight, new Cast(narrow, version, optimised));
            return narrow;
        }
    }

    void close() {
        casts.values().forEach(cast -> cast.narrow().releaseReference());
        casts.clear();
    }

    private void purge() {
        if (casts.size() < purgeAt) {
            return;
        }
        for (Iterator<Map.Entry<LibtorchTensor, Cast>> all = casts.entrySet().iterator(); all.hasNext(); ) {
            Map.Entry<LibtorchTensor, Cast> entry = all.next();
            if (entry.getKey().freed()) {
                entry.getValue().narrow().releaseReference();
                all.remove();
            }
        }
        purgeAt = 2 * casts.size() + 64;
    }
}
