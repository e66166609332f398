"""EfficientNet-Lite0 to int8 (QDQ, uint8 activations, int8 weights per channel), calibrated on a folder of photos.

pip install onnxruntime==1.31.1 onnx==1.23.2 numpy pillow
python quantize_efficientnet_lite0.py efficientnet-lite0.onnx PHOTOS efficientnet-lite0-int8.onnx
"""
import pathlib
import sys

import numpy as np
from onnxruntime.quantization import (
    CalibrationDataReader,
    CalibrationMethod,
    QuantFormat,
    QuantType,
    quantize_static,
)
from PIL import Image

source, photos, target = sys.argv[1:]


class Photos(CalibrationDataReader):
    def __init__(self):
        self.files = iter(sorted(pathlib.Path(photos).glob("*.jpg")))

    def get_next(self):
        file = next(self.files, None)
        if file is None:
            return None
        image = Image.open(file).convert("RGB")
        side = min(image.size)
        left, top = (image.width - side) // 2, (image.height - side) // 2
        image = image.crop((left, top, left + side, top + side)).resize((224, 224), Image.BILINEAR)
        pixels = (np.asarray(image, np.float32) - 127) / 128
        return {"input": pixels.transpose(2, 0, 1)[None]}


quantize_static(
    source,
    target,
    Photos(),
    quant_format=QuantFormat.QDQ,
    per_channel=True,
    activation_type=QuantType.QUInt8,
    weight_type=QuantType.QInt8,
    calibrate_method=CalibrationMethod.Percentile,
    extra_options={"CalibPercentile": 99.99},
)
