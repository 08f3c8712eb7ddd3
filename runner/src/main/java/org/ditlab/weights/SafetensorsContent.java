package org.ditlab.weights;

import java.io.IOException;
import java.nio.file.Path;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.Map;
import org.ditlab.data.Safetensors;
import org.ditlab.tensor.Shape;

/** A safetensors file: one flat dictionary of tensors. */
record SafetensorsContent(Path path, PickleDict root, Map<String, String> metadata) implements WeightContent {
    static SafetensorsContent open(Path path) throws IOException {
        Safetensors.Header header = Safetensors.describe(path);
        PickleDict root = new PickleDict(PickleDict.Kind.DICT);
        for (Map.Entry<String, Safetensors.Described> tensor : header.tensors().entrySet()) {
            Shape shape = Shape.of(tensor.getValue().shape());
            Storage storage = new Storage(tensor.getKey(), tensor.getValue().type(), shape.elements());
            root.put(tensor.getKey(), StoredTensor.whole(storage, shape));
        }
        return new SafetensorsContent(path, root, header.metadata());
    }

    @Override
    public WeightFormat format() {
        return WeightFormat.SAFETENSORS;
    }

    @Override
    public Map<String, Safetensors.Array> read(Map<String, StoredTensor> tensors) throws IOException {
        Map<String, Safetensors.Array> all = Safetensors.read(path).tensors();
        Map<String, Safetensors.Array> chosen = new LinkedHashMap<>();
        for (Map.Entry<String, StoredTensor> tensor : tensors.entrySet()) {
            Safetensors.Array array = all.get(tensor.getValue().storage().key());
            if (array == null
                    || !Shape.of(array.shape()).equals(tensor.getValue().shape())) {
                throw new BadWeightsException("it has changed while it was read", "read it again");
            }
            chosen.put(tensor.getKey(), array);
        }
        return chosen;
    }

    @Override
    public boolean verify(Collection<StoredTensor> tensors) throws IOException {
        return Safetensors.verify(path);
    }
}
