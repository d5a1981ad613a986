"""Writes the student as the peer reads it: `python export.py STUDENT.pt VOCAB.txt OUT_FOLDER`.

Matrices become int8 with one float32 scale per row (for the embedding: per word piece), everything else stays float32.
OUT_FOLDER gets model.bin, vocab.txt and model.json (checksums and where it all comes from).
"""

import hashlib
import json
import shutil
import sys
from pathlib import Path

import numpy as np
import torch
from model import DIMENSIONS, FEED_FORWARD, HEADS, LAYERS, POSITIONS, VOCABULARY

NAME, VERSION = "neural-256", 1
ALIGNMENT = 64
LAYER_NAMES = ["ln1.weight", "ln1.bias", "qkv.weight", "qkv.bias", "out.weight", "out.bias", "ln2.weight", "ln2.bias", "ff1.weight", "ff1.bias", "ff2.weight", "ff2.bias"]
PROVENANCE = {
    "teacher": "sentence-transformers/all-MiniLM-L6-v2 (Apache-2.0)",
    "vocabulary": "bert-base-uncased word pieces (Apache-2.0), as the teacher has them",
    "texts": "service models, discovery documents, docstrings, command examples, completions and glosses of the packages in training/sources.txt, zsh-common and wordnet-base, all under permissive licences; requests and everyday tools made from them by templates",
    "trained": "training/README.md says how, with which figures",
    "licence": "MIT",
}


def main(student: Path, vocabulary: Path, out: Path) -> None:
    state = {name: value.float().numpy() for name, value in torch.load(student, map_location="cpu").items()}
    payload, tensors = bytearray(), []

    def put(array: np.ndarray) -> int:
        payload.extend(b"\0" * (-len(payload) % ALIGNMENT))
        payload.extend(array.tobytes())
        return len(payload) - array.nbytes

    def floats(name: str, value: np.ndarray) -> None:
        tensors.append({"name": name, "type": "f32", "shape": list(value.shape), "offset": put(value.astype("<f4"))})

    def bytes_of(name: str, value: np.ndarray) -> None:
        scales = np.maximum(np.abs(value).max(1), 1e-12).astype("<f4") / np.float32(127)
        codes = np.clip(np.rint(value / scales[:, None]), -127, 127).astype(np.int8)
        tensors.append({"name": name, "type": "i8", "shape": list(value.shape), "offset": put(codes), "scales": {"offset": put(scales)}})

    bytes_of("embedding", state["embedding.weight"])
    floats("positions", state["positions"])
    floats("piece_weights", state["piece_weights"])
    for layer in range(LAYERS):
        for name in LAYER_NAMES:
            value = state[f"layers.{layer}.{name}"]
            (bytes_of if value.ndim == 2 else floats)(f"layer.{layer}.{name}", value)
    floats("final.weight", state["final.weight"])
    floats("final.bias", state["final.bias"])
    floats("pool.weight", state["pool"])
    bytes_of("project.weight", state["project.weight"])
    floats("project.bias", state["project.bias"])

    header = {
        "format": 1, "name": NAME, "id": f"{NAME}/{VERSION}", "dimensions": DIMENSIONS, "layers": LAYERS, "heads": HEADS, "feedForward": FEED_FORWARD,
        "positions": POSITIONS, "vocabulary": VOCABULARY, "tensors": tensors,
    }
    text = json.dumps(header).encode()
    text += b" " * (-(len(text) + 8) % ALIGNMENT)
    out.mkdir(parents=True, exist_ok=True)
    (out / "model.bin").write_bytes(b"ACEM" + len(text).to_bytes(4, "little") + text + payload)
    if vocabulary.resolve() != (out / "vocab.txt").resolve():
        shutil.copyfile(vocabulary, out / "vocab.txt")
    about = {
        "name": NAME, "id": header["id"], "bytes": (out / "model.bin").stat().st_size, "sha256": checksum(out / "model.bin"),
        "vocabularySha256": checksum(out / "vocab.txt"), **PROVENANCE,
    }
    (out / "model.json").write_text(json.dumps(about, indent=2) + "\n")
    print(about)


def checksum(file: Path) -> str:
    return hashlib.sha256(file.read_bytes()).hexdigest()


if __name__ == "__main__":
    main(Path(sys.argv[1]), Path(sys.argv[2]), Path(sys.argv[3]))
